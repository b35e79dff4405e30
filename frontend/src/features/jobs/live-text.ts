import type { Job, JobEvent, StepRun } from "@/shared/api/schemas";

/** The job with the log lines that a running step has just written. */
export function withText({ job, event }: { job: Job; event: JobEvent }): Job {
  const { type, path, first, lines } = event;
  if (type !== "step.log" || first == null || !lines) return job;
  const steps = job.steps.map((step) => (step.path === path ? withLines({ step, first, lines }) : step));
  return { ...job, steps };
}

/** Lines carry their number in the log, so that hearing them twice changes nothing. */
function withLines({ step, first, lines }: { step: StepRun; first: number; lines: string[] }): StepRun {
  const known = step.log ? step.log.split("\n") : [];
  const place = first - (step.log_first ?? 0);
  if (place < 0 || place > known.length) return step; // a gap: the next look at the job closes it
  const log = [...known.slice(0, place), ...lines, ...known.slice(place + lines.length)].join("\n");
  return { ...step, log };
}
