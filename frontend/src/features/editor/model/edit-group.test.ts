import { describe, expect, test } from "vitest";
import type { Definition } from "./definition";
import { groupProblem } from "./edit-group";
import { apply } from "./operations";
import { step, workflow } from "./testing";

const find = (definition: Definition, id: string) => definition.steps.find((one) => one.id === id);
const group = step("group", { type: "group" });

const chain = (): Definition => ({
  ...workflow(
    step("a"),
    step("b", { after: ["a"] }),
    step("c", { after: ["b"] }),
    step("d", { after: ["c", "b.error"] }),
  ),
  ui: { positions: { a: [0, 0], b: [300, 100], c: [600, 140], d: [900, 0] } },
});

describe("grouping", () => {
  test("gives the wires across the border to the group", () => {
    const next = apply(chain(), { kind: "group", ids: ["b", "c"], group });

    expect(find(next, "group")?.after).toEqual(["a"]);
    expect(find(next, "b")).toEqual({ id: "b", type: "script", parent: "group" });
    expect(find(next, "c")?.after).toEqual(["b"]);
    expect(find(next, "d")?.after).toEqual(["group", "group.error"]);
  });

  test("puts the group before its steps and keeps everything where it is seen", () => {
    const next = apply(chain(), { kind: "group", ids: ["b", "c"], group });
    const places = next.ui?.positions ?? {};
    const [left, top] = places.group ?? [0, 0];

    expect(next.steps.map((one) => one.id)).toEqual(["a", "group", "b", "c", "d"]);
    expect([left + (places.b?.[0] ?? 0), top + (places.b?.[1] ?? 0)]).toEqual([300, 100]);
  });

  test("stays inside the container that its steps are in", () => {
    const before = workflow(step("loop", { type: "loop" }), step("x", { parent: "loop" }));

    const next = apply(before, { kind: "group", ids: ["x"], group });

    expect(find(next, "group")?.parent).toBe("loop");
    expect(find(next, "x")?.parent).toBe("group");
  });

  test.each([
    ["nothing is selected", workflow(step("a")), [], "Select the steps"],
    [
      "the steps are in different places",
      workflow(step("loop", { type: "loop" }), step("x", { parent: "loop" }), step("y")),
      ["x", "y"],
      "same place",
    ],
    [
      "a branch would leave it",
      workflow(step("check", { type: "condition" }), step("yes", { after: ["check.true"] })),
      ["check"],
      "leads out of the group",
    ],
    [
      "they begin after different steps",
      workflow(step("a"), step("b"), step("c", { after: ["a"] }), step("d", { after: ["b"] })),
      ["c", "d"],
      "begin after different",
    ],
    [
      "one waits for both sides",
      workflow(step("a"), step("b", { after: ["a"] }), step("c", { after: ["a", "b"] })),
      ["b", "c"],
      "waits for one inside",
    ],
  ])("is refused with words when %s", (_case, definition, ids, words) => {
    expect(groupProblem(definition, ids)).toContain(words);
    expect(apply(definition, { kind: "group", ids, group })).toBe(definition);
  });
});

describe("ungrouping", () => {
  test("undoes grouping", () => {
    const grouped = apply(chain(), { kind: "group", ids: ["b", "c"], group });

    const next = apply(grouped, { kind: "ungroup", id: "group" });

    expect(next.steps.map((one) => one.id)).toEqual(["a", "b", "c", "d"]);
    expect(find(next, "b")?.after).toEqual(["a"]);
    expect(find(next, "d")?.after).toEqual(["c", "b.error", "c.error"]);
    expect(next.ui?.positions?.c).toEqual([600, 140]);
  });

  test("leaves an empty group alone", () => {
    const before = workflow(group);

    expect(apply(before, { kind: "ungroup", id: "group" })).toBe(before);
  });
});
