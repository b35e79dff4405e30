import type { Run, StepOverlay } from "@/features/editor/store/editor-state";

/** What a node shows when its iterations differ: the first of these that any of them has. */
const PRECEDENCE: readonly Run["status"][] = [
  "running",
  "waiting",
  "failed",
  "cancelled",
  "success",
  "pending",
  "skipped",
];

/** The runs of a job, summed up per step. */
export function overlaysOf(runs: readonly Run[]): Record<string, StepOverlay> {
  const byStep: Record<string, Run[]> = {};
  for (const run of runs) {
    const list = byStep[run.step] ?? [];
    list.push(run);
    byStep[run.step] = list;
  }
  return Object.fromEntries(Object.entries(byStep).map(([step, list]) => [step, sum(list)]));
}

function sum(runs: readonly Run[]): StepOverlay {
  const failed = runs.filter((run) => run.status === "failed");
  const durations = runs.flatMap((run) => (run.duration === null ? [] : [run.duration]));
  return {
    status: PRECEDENCE.find((status) => runs.some((run) => run.status === status)) ?? "pending",
    count: runs.filter((run) => run.status !== "skipped" && run.status !== "pending").length,
    failed: failed.length,
    duration: durations.length > 0 ? durations.reduce((total, one) => total + one, 0) : null,
    message: failed[0]?.message ?? null,
    attempts: Math.max(0, ...runs.map((run) => run.attempts)),
    ports: takenPorts(runs),
    progress: runs.find((run) => run.progress)?.progress ?? null,
  };
}

function takenPorts(runs: readonly Run[]): Record<string, number> {
  const taken: Record<string, number> = {};
  for (const port of runs.flatMap(portsTaken)) {
    taken[port] = (taken[port] ?? 0) + 1;
  }
  return taken;
}

function portsTaken(run: Run): string[] {
  const own = run.port ? [run.port] : [];
  switch (run.status) {
    case "success":
      return ["next", "done", ...own];
    case "failed":
      return ["error", "done", ...own];
    case "skipped":
      return ["skipped"];
    default:
      return [];
  }
}
