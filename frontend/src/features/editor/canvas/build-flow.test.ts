import { expect, test } from "vitest";
import { FlowBuilder } from "@/features/editor/canvas/build-flow";
import type { Definition, Positions } from "@/features/editor/model/definition";
import { catalogue, step, workflow } from "@/features/editor/model/testing";

const definition: Definition = {
  ...workflow(
    step("each", { type: "loop" }),
    step("inner", { parent: "each" }),
    step("last", { after: ["each"] }),
  ),
  ui: { positions: { each: [0, 0], inner: [32, 64], last: [900, 0] } },
};

function opened() {
  const builder = new FlowBuilder();
  return (dragged: Positions | null) =>
    builder.buildNodes({
      definition,
      catalogue,
      selection: { steps: [], edges: [] },
      dragged,
      overlays: {},
      problems: [],
      webhooks: [],
      canEdit: true,
    });
}

test("a frame that grows takes its handles with it", () => {
  const nodesAt = opened();
  const frame = (dragged: Positions | null) => nodesAt(dragged).find(({ id }) => id === "each");
  const before = frame(null);
  const after = frame({ inner: [600, 64] });

  const rightOf = (node: typeof before) =>
    node?.handles?.filter(({ position }) => position === "right").map(({ x, width = 0 }) => x + width / 2);
  expect(rightOf(before)).toEqual([before?.width]);
  expect(rightOf(after)).toEqual([after?.width]);
  expect(after?.width).toBeGreaterThan(before?.width ?? 0);
});

test("what has not changed stays the same object", () => {
  const nodesAt = opened();
  const [before, after] = [nodesAt(null), nodesAt({ last: [900, 80] })];

  expect(after.filter((node, index) => node !== before[index]).map(({ id }) => id)).toEqual(["last"]);
});
