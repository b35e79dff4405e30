import { expect, test } from "vitest";
import { withText } from "@/features/jobs/live-text";
import type { Job } from "@/shared/api/schemas";
import { jobSchema } from "@/shared/api/schemas";

function jobWith(log: string | null, log_first = 0): Job {
  const step = { id: "a", path: "a", type: "script", status: "running", log, log_first };
  const facts = { id: "j", workflow: "w", status: "RUNNING", triggered_by: "API", created_at: "" };
  return jobSchema.parse({ ...facts, steps: [step] });
}

const CASES: [string | null, number, number, string[], string][] = [
  [null, 0, 0, ["one", "two"], "one\ntwo"],
  ["one", 0, 1, ["two"], "one\ntwo"],
  ["one\ntwo", 0, 0, ["one", "two"], "one\ntwo"],
  ["one\ntwo\nthree", 0, 1, ["two"], "one\ntwo\nthree"],
  ["nine", 9, 10, ["ten"], "nine\nten"],
  ["one", 0, 5, ["six"], "one"],
  ["nine", 9, 2, ["two"], "nine"],
];

test.each(CASES)("%j from line %i, then line %i %j", (log, logFirst, first, lines, shown) => {
  const event = { type: "step.log", path: "a", first, lines };

  expect(withText({ job: jobWith(log, logFirst), event }).steps[0]?.log).toBe(shown);
});

test("progress and other steps leave the log alone", () => {
  const job = jobWith("one");

  expect(withText({ job, event: { type: "step.progress", path: "a", done: 1 } })).toBe(job);
  expect(withText({ job, event: { type: "step.log", path: "b", first: 1, lines: ["x"] } })).toEqual(job);
});
