import { describe, expect, test } from "vitest";
import { firstView, shiftIntoView } from "@/features/editor/canvas/first-view";

const canvas = { width: 1000, height: 600 };
const step = (x: number, y: number) => ({ x, y, width: 200, height: 60 });

describe("the first view", () => {
  test("shows a small workflow whole, in the middle, and no larger than it is", () => {
    const view = firstView([step(0, 0), step(400, 0)], canvas);

    expect(view).toEqual({ x: 200, y: 270, zoom: 1 });
  });

  test("makes a wider one smaller until all of it is seen", () => {
    const view = firstView([step(0, 0), step(900, 0)], canvas);

    expect(view.zoom).toBeCloseTo(936 / 1100);
    expect(view.x).toBeCloseTo(32);
  });

  test("stays legible and begins at the start of what is too wide", () => {
    const view = firstView([step(5000, 0), step(300, 100)], canvas);

    expect(view.zoom).toBe(0.7);
    expect(view.x + 300 * view.zoom).toBeCloseTo(32);
  });

  test("has the start in the middle of what is too high", () => {
    const view = firstView([step(300, 3000), step(0, 1500)], canvas);

    expect(view.y + 1530 * view.zoom).toBeCloseTo(300);
  });
});

describe("a step that the panel would cover", () => {
  const view = { x: 0, y: 0, zoom: 1 };

  test("comes into view", () => {
    expect(shiftIntoView(step(900, 0), { view, canvas })).toBe(132);
  });

  test("stays where it is as long as it is seen", () => {
    expect(shiftIntoView(step(700, 0), { view, canvas })).toBe(0);
  });

  test("keeps its beginning in view on a narrow canvas", () => {
    expect(shiftIntoView(step(120, 0), { view, canvas: { width: 180, height: 600 } })).toBe(104);
  });
});
