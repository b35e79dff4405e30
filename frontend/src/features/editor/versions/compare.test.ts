import { expect, test } from "vitest";
import { step, workflow } from "@/features/editor/model/testing";
import { compareDefinitions, isSame } from "@/features/editor/versions/compare";

test("tells added, removed and changed steps, and the fields of each", () => {
  const before = workflow(step("a", { config: { url: "x", retries: { n: 1 } } }), step("gone"));
  const after = {
    ...workflow(step("a", { config: { url: "y", retries: { n: 1 } } }), step("fresh", { name: "Fresh" })),
    name: "Other",
  };

  expect(compareDefinitions(before, after)).toEqual({
    steps: [
      { id: "a", title: "a", kind: "changed", fields: [{ field: "config.url", before: "x", after: "y" }] },
      { id: "fresh", title: "Fresh", kind: "added", fields: [] },
      { id: "gone", title: "gone", kind: "removed", fields: [] },
    ],
    document: [{ field: "name", before: "Test", after: "Other" }],
  });
});

test("places and the order of keys are no difference", () => {
  const before = { ...workflow(step("a", { config: { x: 1, y: 2 } })), ui: { positions: {} } };
  const after = workflow(step("a", { config: { y: 2, x: 1 } }));

  expect(isSame(compareDefinitions(before, after))).toBe(true);
});
