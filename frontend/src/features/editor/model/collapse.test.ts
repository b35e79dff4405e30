import { describe, expect, test } from "vitest";
import { collapsedIds, hiddenSteps } from "./collapse";
import { apply } from "./operations";
import { catalogue, step, workflow } from "./testing";

const nested = workflow(
  step("outer", { type: "loop" }),
  step("inner", { type: "loop", parent: "outer" }),
  step("leaf", { parent: "inner" }),
  step("after", { after: ["outer"] }),
);

describe("collapsing", () => {
  test("hides what is inside, at any depth, under the outermost closed container", () => {
    const next = apply(nested, { kind: "collapse", ids: ["outer", "inner"], collapsed: true });

    expect([...hiddenSteps(next)]).toEqual([
      ["inner", "outer"],
      ["leaf", "outer"],
    ]);
  });

  test("expanding shows it again", () => {
    const closed = apply(nested, { kind: "collapse", ids: ["outer"], collapsed: true });

    const next = apply(closed, { kind: "collapse", ids: ["outer"], collapsed: false });

    expect(hiddenSteps(next).size).toBe(0);
  });

  test("changes nothing when it is so already", () => {
    const closed = apply(nested, { kind: "collapse", ids: ["outer"], collapsed: true });

    expect(apply(closed, { kind: "collapse", ids: ["outer"], collapsed: true })).toBe(closed);
  });

  test("follows a renamed container", () => {
    const closed = apply(nested, { kind: "collapse", ids: ["outer"], collapsed: true });

    const next = apply(closed, { kind: "rename_step", from: "outer", to: "orders" }, catalogue);

    expect([...collapsedIds(next)]).toEqual(["orders"]);
  });
});
