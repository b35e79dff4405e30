import { expect, test } from "vitest";
import { nextJob } from "@/features/editor/run/next-job";
import type { JobSummary } from "@/shared/api/schemas";
import { jobSummarySchema } from "@/shared/api/schemas";

const job = (id: string, status = "SUCCESS"): JobSummary =>
  jobSummarySchema.parse({
    id,
    workflow: "w1",
    workflow_name: "Orders",
    status,
    triggered_by: "WEBHOOK",
    created_at: "2026-01-01T00:00:00Z",
  });

test("the very first job of a workflow is shown, even when it has ended before anybody looked", () => {
  expect(nextJob({ recent: [job("a")], seen: null, shown: null })).toBe("a");
});

test("a job that had ended before the editor was opened is not shown by itself", () => {
  expect(nextJob({ recent: [job("a")], seen: undefined, shown: null })).toBeNull();
});

test("a job that runs while the editor is opened is shown", () => {
  expect(nextJob({ recent: [job("a", "RUNNING")], seen: undefined, shown: null })).toBe("a");
});

test("the job that the address names stays when the editor is opened", () => {
  const shown = { id: "old", status: "SUCCESS" } as const;

  expect(nextJob({ recent: [job("a", "RUNNING")], seen: undefined, shown })).toBeNull();
});

test("a newer job takes the place of one that has ended, not of one that runs", () => {
  const recent = [job("b"), job("a")];

  expect(nextJob({ recent, seen: "a", shown: { id: "a", status: "SUCCESS" } })).toBe("b");
  expect(nextJob({ recent, seen: "a", shown: { id: "a", status: "RUNNING" } })).toBeNull();
});

test("a job that was looked at and hidden does not come back", () => {
  expect(nextJob({ recent: [job("b")], seen: "b", shown: null })).toBeNull();
});
