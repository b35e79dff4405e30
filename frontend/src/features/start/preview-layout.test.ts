import { expect, test } from "vitest";
import { previewOf } from "@/features/start/preview-layout";

const step = (id: string, after: string[] = [], parent: string | null = null) => ({
  id,
  type: "transform",
  after,
  parent,
});

test("steps stand in the column after the last of those that they wait for", () => {
  const { steps, wires, columns, rows } = previewOf({
    steps: [
      step("a"),
      step("b", ["a.true"]),
      step("c", ["a.false"]),
      step("d", ["b", "c", "a"]),
      step("in", [], "d"),
    ],
  });

  expect(steps.map(({ id, x, y, inner }) => [id, x, y, inner])).toEqual([
    ["a", 0, 0.5, 0],
    ["b", 1, 0, 0],
    ["c", 1, 1, 0],
    ["d", 2, 0.5, 1],
  ]);
  expect(wires.map(({ from, to }) => `${from.id}-${to.id}`)).toEqual(["a-b", "a-c", "b-d", "c-d", "a-d"]);
  expect([columns, rows]).toEqual([3, 2]);
});

test("a circle and a reference that leads nowhere do no harm", () => {
  const { steps } = previewOf({ steps: [step("a", ["b"]), step("b", ["a", "ghost"])] });

  expect(steps).toHaveLength(2);
});
