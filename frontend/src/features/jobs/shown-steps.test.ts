import { expect, test } from "vitest";
import { matching, pageOfStep } from "@/features/jobs/shown-steps";
import type { StepRun } from "@/shared/api/schemas";

const STEPS = Array.from(
  { length: 1000 },
  (_, index): StepRun => ({
    id: "send",
    path: `rows[${index}].send`,
    name: "Send it",
    type: "api",
    status: index === 742 ? "failed" : "success",
    attempts: [],
  }),
);

test.each([
  [{ text: "[742]", status: "" as const }, 1],
  [{ text: " SEND IT ", status: "" as const }, 1000],
  [{ text: "", status: "failed" as const }, 1],
  [{ text: "[7]", status: "failed" as const }, 0],
])("%j finds %i steps", (filter, count) => {
  expect(matching(STEPS, filter)).toHaveLength(count);
});

test("the step that failed is on its page", () => {
  expect(pageOfStep(STEPS, "rows[742].send")).toBe(8);
  expect(pageOfStep(STEPS, "rows[99].send")).toBe(1);
  expect(pageOfStep(STEPS, null)).toBe(1);
});
