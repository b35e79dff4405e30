import type { Run } from "@/features/editor/store/editor-state";

/** One bar of the timeline: shares of the job's whole length, from 0 to 100. */
export type TimelineRow = { run: Run; start: number; length: number; seconds: number };
export type Timeline = { rows: readonly TimelineRow[]; seconds: number; left: number };

const MOST_ROWS = 300;
const SHORTEST = 0.4; // per cent: a bar that can be seen

/** The runs of a job in the order of their starts; `now` ends what is still running. */
export function timelineOf(runs: readonly Run[], now: number): Timeline {
  const started = runs
    .flatMap((run) => (run.startedAt ? [{ run, at: Date.parse(run.startedAt) }] : []))
    .sort((one, other) => one.at - other.at || (one.run.path < other.run.path ? -1 : 1));
  const begin = started[0]?.at ?? now;
  const ends = started.map(({ run, at }) => endOf(run, { at, now }));
  const total = Math.max(1, ...ends.map((end) => end - begin));
  const rows = started.slice(0, MOST_ROWS).map(({ run, at }, index): TimelineRow => {
    const length = (ends[index] ?? at) - at;
    return {
      run,
      start: (100 * (at - begin)) / total,
      length: Math.max(SHORTEST, (100 * length) / total),
      seconds: length / 1000,
    };
  });
  return { rows, seconds: total / 1000, left: started.length - rows.length };
}

function endOf(run: Run, { at, now }: { at: number; now: number }): number {
  if (run.duration !== null) {
    return at + run.duration * 1000;
  }
  return run.status === "running" || run.status === "waiting" ? Math.max(now, at) : at;
}
