import { expect, test } from "vitest";
import { FlowBuilder } from "@/features/editor/canvas/build-flow";
import type { Definition, Positions } from "@/features/editor/model/definition";
import type { Operation } from "@/features/editor/model/operations";
import { apply } from "@/features/editor/model/operations";
import { catalogue, step, workflow } from "@/features/editor/model/testing";

const COUNT = 500;
const STEPS = Array.from({ length: COUNT }, (_, index) =>
  step(`s${index}`, { config: { code: "return 1" }, ...(index ? { after: [`s${index - 1}`] } : {}) }),
);
const LARGE: Definition = {
  ...workflow(...STEPS),
  ui: { positions: Object.fromEntries(STEPS.map(({ id }, index) => [id, [index * 260, 0]])) },
};

/** The ids of the nodes and wires that React Flow would draw again. */
function drawnAgain(edit: { definition: Definition; dragged?: Positions }) {
  const builder = new FlowBuilder();
  const draw = (definition: Definition, dragged: Positions | null) => {
    const selection = { steps: [], edges: [] };
    const input = { definition, catalogue, selection, overlays: {}, webhooks: [] };
    return [
      ...builder.buildNodes({ ...input, dragged, problems: [], canEdit: true }),
      ...builder.buildEdges(input),
    ];
  };
  const before = new Set<object>(draw(LARGE, null));
  return draw(edit.definition, edit.dragged ?? null)
    .filter((one) => !before.has(one))
    .map(({ id }) => id);
}

function edited(operation: Operation): { definition: Definition } {
  return { definition: apply(LARGE, operation, catalogue) };
}

test.each([
  [
    "typing in a setting",
    edited({ kind: "update_config", id: "s250", field: "code", value: "return 2" }),
    ["s250"],
  ],
  ["dragging a step", { definition: LARGE, dragged: { s250: [65_000, 40] } satisfies Positions }, ["s250"]],
  ["letting it go", edited({ kind: "move_steps", positions: { s250: [65_000, 40] } }), ["s250"]],
  [
    "adding a step",
    edited({
      kind: "add_step",
      step: step("late"),
      position: [130_000, 0],
      connect: { from: "s499", port: "next", to: "late" },
    }),
    ["late", "s499.next->late"],
  ],
])("of 500 steps, %s draws only what it is about", (_, edit, ids) => {
  expect(drawnAgain(edit)).toEqual(ids);
});
