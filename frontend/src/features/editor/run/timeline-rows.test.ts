import { expect, test } from "vitest";
import { timelineOf } from "@/features/editor/run/timeline-rows";
import { afterEvent } from "@/features/editor/store/run-slice";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();

function runOf(path: string, started: number, duration: number | null) {
  const runs = afterEvent({}, { type: "step.started", job: "j", step: path, path, at: at(started), id: 1 });
  const run = runs[path];
  if (!run) {
    throw new Error("no run");
  }
  return { ...run, duration };
}

test("bars are shares of the whole, in the order of their starts", () => {
  const timeline = timelineOf([runOf("b", 2, 2), runOf("a", 0, 1)], Date.parse(at(9)));

  expect(timeline.seconds).toBe(4);
  expect(timeline.rows.map(({ run, start, length }) => [run.path, start, length])).toEqual([
    ["a", 0, 25],
    ["b", 50, 50],
  ]);
});

test("what still runs reaches to now", () => {
  const timeline = timelineOf([runOf("a", 0, null)], Date.parse(at(5)));

  expect(timeline.rows[0]?.seconds).toBe(5);
});

test("a job without starts has no bars", () => {
  expect(timelineOf([], 0).rows).toEqual([]);
});
