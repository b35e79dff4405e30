import type { StateCreator } from "zustand";
import type { EditorState, Run, RunSlice } from "@/features/editor/store/editor-state";
import { overlaysOf } from "@/features/editor/store/overlays";
import type { Job, JobEvent, StepRun } from "@/shared/api/schemas";
import { stepStatusSchema } from "@/shared/api/schemas";

const ENDED = new Set<string>(["success", "failed", "skipped", "cancelled"]);

const JOB_STATUS: Readonly<Record<string, Job["status"]>> = {
  "job.started": "RUNNING",
  "job.completed": "SUCCESS",
  "job.failed": "FAILED",
  "job.cancelled": "CANCELLED",
  "job.timed_out": "TIMED_OUT",
};

const STEP_STATUS: Readonly<Record<string, Run["status"]>> = {
  "step.started": "running",
  "step.completed": "success",
  "step.failed": "failed",
  "step.skipped": "skipped",
  "step.waiting": "waiting",
  "step.cancelled": "cancelled",
};

/** The job that the canvas shows: what its events and snapshots say about each step. */
export const createRunSlice: StateCreator<EditorState, [], [], RunSlice> = (set) => ({
  job: null,
  isLive: false,
  runs: {},
  overlays: {},
  chosenPath: {},
  isFollowing: true,
  showJob: (job) => set({ job, chosenPath: {}, isLive: false, ...withRuns(job ? runsOf(job, {}) : {}) }),
  receiveJob: (job) =>
    set((state) => (state.job?.id === job.id ? { job, ...withRuns(runsOf(job, state.runs)) } : state)),
  receiveEvent: (event) =>
    set((state) => {
      const status = JOB_STATUS[event.type];
      const job = state.job && status ? { ...state.job, status } : state.job;
      const runs = afterEvent(state.runs, event);
      return { job, ...(runs === state.runs ? {} : withRuns(runs)) };
    }),
  receiveTrial: ({ answer, step }) =>
    set((state) => {
      const own = { ...toRun(answer, undefined), ranAs: step, waits: answer.waiting?.reason ?? null };
      const inner = answer.steps.map((told) => [told.path, { ...toRun(told, undefined), ranAs: step }]);
      const chosenPath = { ...state.chosenPath, [step.id]: own.path };
      return { chosenPath, ...withRuns({ ...state.runs, [own.path]: own, ...Object.fromEntries(inner) }) };
    }),
  setLive: (isLive) => set({ isLive }),
  choosePath: (step, path) => set((state) => ({ chosenPath: { ...state.chosenPath, [step]: path } })),
  setFollowing: (isFollowing) => set({ isFollowing }),
});

/** The runs after one event of the stream; the very same object when the event is not about a step. */
export function afterEvent(runs: RunSlice["runs"], event: JobEvent): RunSlice["runs"] {
  const path = event.path ?? event.step;
  if (!path || !event.type.startsWith("step.")) {
    return runs;
  }
  const before = runs[path] ?? emptyRun(event.step ?? lastId(path), path);
  const status = statusOf(event) ?? before.status;
  const after: Run = {
    ...before,
    status,
    message: status === "success" ? null : (messageOf(event) ?? before.message),
    attempts: event.attempt ?? before.attempts,
    startedAt: event.type === "step.started" ? (event.at ?? before.startedAt) : before.startedAt,
    progress: progressOf(event) ?? before.progress,
  };
  return { ...runs, [path]: after };
}

function statusOf(event: JobEvent): Run["status"] | undefined {
  const told = stepStatusSchema.safeParse(event.status);
  return told.success ? told.data : STEP_STATUS[event.type];
}

function messageOf(event: JobEvent): string | undefined {
  return typeof event.error === "string" ? event.error : event.error?.message;
}

function progressOf({ done, total }: JobEvent): Run["progress"] {
  return typeof done === "number" && typeof total === "number" ? { done, total } : null;
}

function withRuns(runs: RunSlice["runs"]): Pick<RunSlice, "runs" | "overlays"> {
  return { runs, overlays: overlaysOf(Object.values(runs)) };
}

/** A snapshot may be older than the last event: what has ended does not run again. */
function runsOf(job: Job, known: RunSlice["runs"]): RunSlice["runs"] {
  const runs = { ...known };
  for (const told of job.steps) {
    const before = known[told.path];
    const isOld = before && ENDED.has(before.status) && !ENDED.has(told.status);
    if (!isOld) {
      runs[told.path] = toRun(told, before);
    }
  }
  return runs;
}

function toRun(told: StepRun, before: Run | undefined): Run {
  return {
    step: told.id,
    path: told.path,
    status: told.status,
    port: told.port || null,
    duration: told.duration ?? null,
    startedAt: told.started_at ?? before?.startedAt ?? null,
    attempts: Math.max(told.attempts.length, before?.attempts ?? 0),
    message: told.error?.message ?? null,
    line: told.error?.line ?? null,
    input: told.input ?? null,
    output: told.output ?? null,
    log: told.log ?? "",
    continued: told.continued ?? false,
    progress: before?.progress ?? null,
    source: sourceOf(told),
    ranAs: null,
    waits: null,
  };
}

function sourceOf({ reused, pinned, cached }: StepRun): Run["source"] {
  if (reused) {
    return "reused";
  }
  return pinned ? "pinned" : cached ? "cached" : null;
}

function emptyRun(step: string, path: string): Run {
  return {
    step,
    path,
    status: "pending",
    port: null,
    duration: null,
    startedAt: null,
    attempts: 0,
    message: null,
    line: null,
    input: null,
    output: null,
    log: "",
    continued: false,
    progress: null,
    source: null,
    ranAs: null,
    waits: null,
  };
}

function lastId(path: string): string {
  return (path.split(".").pop() ?? path).replace(/\[\d+\]$/, "");
}
