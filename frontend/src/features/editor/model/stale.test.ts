import { describe, expect, it } from "vitest";
import type { Definition, Step } from "./definition";
import { findStep } from "./definition";
import type { Ran } from "./stale";
import { staleSteps } from "./stale";

const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  type: "script",
  config: { code: id },
  ...more,
});

const before: Definition = {
  stepgraph: 1,
  name: "Test",
  steps: [step("a"), step("b", { after: ["a"] }), step("c", { after: ["b"] }), step("other")],
};
const ran = (id: string, more: Partial<Ran> = {}): Ran | undefined => {
  const found = findStep(before, id);
  return found && { step: found, outputs: [`result of ${id}`], wasPinned: false, ...more };
};
const ranAs = (id: string) => ran(id);
const change = (id: string, more: Partial<Step>): Definition => ({
  ...before,
  steps: before.steps.map((one) => (one.id === id ? { ...one, ...more } : one)),
});

describe("staleSteps", () => {
  it("finds nothing where only words and places changed", () => {
    const moved: Definition = {
      ...change("a", { name: "First", notes: "…" }),
      ui: { positions: { a: [1, 2] } },
    };

    expect(staleSteps(moved, ranAs).size).toBe(0);
    expect(staleSteps(change("a", { after: [], output: null }), ranAs).size).toBe(0);
  });

  it("marks the changed step and what comes after it", () => {
    const found = staleSteps(change("b", { config: { code: "other" } }), ranAs);

    expect([...found]).toEqual([
      ["b", "changed"],
      ["c", "upstream"],
    ]);
  });

  it("says nothing about steps without a result", () => {
    const found = staleSteps(change("a", { pinned_output: 1 }), (id) => (id === "c" ? undefined : ranAs(id)));

    expect([...found.keys()]).toEqual(["a", "b"]);
  });

  it("takes a result that was pinned as it is, and another one, or none any more, as a change", () => {
    const pinned = change("a", { pinned_output: "result of a" });
    const wasPinned = (id: string) => ran(id, { wasPinned: id === "a" });

    expect(staleSteps(pinned, ranAs).size).toBe(0);
    expect(staleSteps(pinned, wasPinned).size).toBe(0);
    expect(staleSteps(change("a", { pinned_output: "other" }), ranAs).get("a")).toBe("changed");
    expect(staleSteps(before, wasPinned).get("a")).toBe("changed");
  });
});
