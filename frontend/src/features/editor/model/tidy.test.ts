import ELK from "elkjs";
import { describe, expect, test } from "vitest";
import { FRAME_HEADER } from "./geometry";
import { sizeOptions, tidyOptions } from "./shapes";
import { catalogue, step, workflow } from "./testing";
import { tidy } from "./tidy";

const definition = workflow(
  step("start"),
  step("check", { type: "condition", after: ["start"] }),
  step("no", { after: ["check.false"] }),
  step("yes", { after: ["check.true"] }),
  step("each", { type: "loop", after: ["yes"] }),
  step("inside", { parent: "each" }),
  step("alone"),
);
const elk = new ELK();
const places = async () => tidy(definition, tidyOptions(definition, catalogue), elk);

describe("tidying up", () => {
  test("goes from left to right", async () => {
    const found = await places();
    const left = (id: string) => found[id]?.[0] ?? Number.NaN;

    expect(left("start")).toBeLessThan(left("check"));
    expect(left("check")).toBeLessThan(left("yes"));
    expect(left("yes")).toBeLessThan(left("each"));
  });

  test("puts what follows the upper port above what follows the lower one", async () => {
    const found = await places();

    expect(found.yes?.[1]).toBeLessThan(found.no?.[1] ?? 0);
  });

  test("leaves room for the head of a container, and lets no two steps lie on each other", async () => {
    const found = await places();
    const { isContainer, portCount } = sizeOptions(definition, catalogue);

    expect(found.inside?.[1]).toBeGreaterThanOrEqual(FRAME_HEADER);
    const tops = definition.steps.filter((one) => !one.parent && !isContainer(one));
    expect(tops.every((one) => portCount(one) > 0)).toBe(true);
    for (const one of tops) {
      for (const other of tops.filter((candidate) => candidate.id > one.id)) {
        const [x, y] = found[one.id] ?? [0, 0];
        const [left, top] = found[other.id] ?? [0, 0];
        expect(Math.abs(x - left) >= 228 || Math.abs(y - top) >= 64).toBe(true);
      }
    }
  });
});
