import { describe, expect, test } from "vitest";
import { addAfter, addAtPoint, dropDragged } from "@/features/editor/canvas/placing";
import type { Definition } from "@/features/editor/model/definition";
import type { Operation } from "@/features/editor/model/operations";
import { apply } from "@/features/editor/model/operations";
import { catalogue, step, workflow } from "@/features/editor/model/testing";

const definition: Definition = {
  ...workflow(
    step("a"),
    step("route", { type: "condition", after: ["a"] }),
    step("each", { type: "loop" }),
    step("inner", { parent: "each" }),
  ),
  ui: { positions: { a: [0, 0], route: [400, 0], each: [0, 400], inner: [40, 80] } },
};
const document = { definition, catalogue };

function edited(operation: Operation | undefined) {
  return operation ? apply(definition, operation, catalogue) : definition;
}

describe("dropping a new step", () => {
  test("on free ground puts its middle under the pointer", () => {
    const added = addAtPoint(document, { type: "script", point: [1000, 1000], edgeId: null });

    expect(edited(added?.operation).ui?.positions?.script).toEqual([888, 968]);
  });

  test("into a container makes it part of the body", () => {
    const added = addAtPoint(document, { type: "script", point: [200, 540], edgeId: null });
    const made = edited(added?.operation);

    expect(made.steps.at(-1)?.parent).toBe("each");
    expect(made.ui?.positions?.script).toEqual([88, 112]);
  });

  test("onto a wire splices it in", () => {
    const added = addAtPoint(document, { type: "script", point: [300, 30], edgeId: "a.next->route" });
    const made = edited(added?.operation);

    expect(made.steps.at(-1)).toMatchObject({ id: "script", after: ["a"] });
    expect(made.steps[1]?.after).toEqual(["script"]);
  });

  test("onto a short wire moves what comes after out of the way", () => {
    const added = addAtPoint(document, { type: "script", point: [300, 30], edgeId: "a.next->route" });
    const places = edited(added?.operation).ui?.positions;

    expect(places?.script).toEqual([288, 0]);
    expect(places?.route?.[0]).toBeGreaterThan(288 + 228);
    expect(places?.each).toEqual([0, 400]);
  });

  test("of an unknown type does nothing", () => {
    expect(addAtPoint(document, { type: "nothing", point: [0, 0], edgeId: null })).toBeNull();
  });
});

describe("adding after a step", () => {
  test("connects by the first port that is free, and keeps clear of what is there", () => {
    const route = definition.steps[1];
    const first = addAfter(document, { type: "script", after: route, point: [0, 0] });
    const once = edited(first?.operation);
    const second = addAfter({ definition: once, catalogue }, { type: "script", after: route, point: [0, 0] });
    const twice = second ? apply(once, second.operation, catalogue) : once;

    expect(twice.steps.at(-2)?.after).toEqual(["route.true"]);
    expect(twice.steps.at(-1)?.after).toEqual(["route.false"]);
    expect(twice.ui?.positions?.script_2?.[1]).toBeGreaterThan(twice.ui?.positions?.script?.[1] ?? 0);
  });

  test("stays in the same scope", () => {
    const added = addAfter(document, { type: "script", after: definition.steps[3], point: [0, 0] });

    expect(edited(added?.operation).steps.at(-1)).toMatchObject({ parent: "each", after: ["inner"] });
  });
});

describe("letting go of dragged steps", () => {
  test("moves them", () => {
    const moved = edited(dropDragged(document, { dragged: { a: [30, 40] }, edgeId: null }));

    expect(moved.ui?.positions?.a).toEqual([30, 40]);
  });

  test("over a container nests them and cuts the wires across its border", () => {
    const nested = edited(dropDragged(document, { dragged: { route: [60, 500] }, edgeId: null }));

    expect(nested.steps[1]).toEqual(step("route", { type: "condition", parent: "each" }));
    expect(nested.ui?.positions?.route).toEqual([60, 100]);
  });

  test("keeps a nested step off the frame's header", () => {
    const moved = edited(dropDragged(document, { dragged: { inner: [0, 0] }, edgeId: null }));

    expect(moved.ui?.positions?.inner).toEqual([32, 64]);
  });

  test("a loose step on a wire is spliced in, a connected one is only moved", () => {
    const loose = dropDragged(document, { dragged: { each: [200, -300] }, edgeId: "a.next->route" });
    const connected = dropDragged(document, { dragged: { route: [0, -300] }, edgeId: "a.next->route" });

    expect(edited(loose).steps[1]?.after).toEqual(["each"]);
    expect(edited(connected).steps[1]?.after).toEqual(["a"]);
  });
});
