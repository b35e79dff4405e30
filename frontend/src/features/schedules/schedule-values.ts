import type { Schedule } from "@/features/schedules/schedule-schema";
import { jsonObjectSchema } from "@/shared/api/schemas";
import type { Timing } from "@/shared/schedule/timing";
import { START_TIMING, timingBody } from "@/shared/schedule/timing";

/** What the form holds; times as `datetime-local` writes them, in this browser's zone. */
export type ScheduleValues = {
  workflow: string | null;
  name: string;
  timing: Timing;
  overlap: Schedule["overlap"];
  catch_up: Schedule["catch_up"];
  starts_at: string;
  ends_at: string;
  max_runs: number | string;
  jitter_seconds: number | string;
  input: string;
};

export function valuesOf(schedule: Schedule | null): ScheduleValues {
  return {
    workflow: schedule?.workflow_slug ?? null,
    name: schedule?.name ?? "",
    timing: schedule ? timingOf(schedule) : START_TIMING,
    overlap: schedule?.overlap ?? "queue",
    catch_up: schedule?.catch_up ?? "last",
    starts_at: localInput(schedule?.starts_at),
    ends_at: localInput(schedule?.ends_at),
    max_runs: schedule?.max_runs ?? "",
    jitter_seconds: schedule?.jitter_seconds ?? 0,
    input: JSON.stringify(schedule?.context ?? {}, null, 2),
  };
}

export function bodyOf(values: ScheduleValues, schedule: Schedule | null): Record<string, unknown> {
  return {
    ...(schedule ? {} : { workflow: values.workflow }),
    ...timingBody(values.timing),
    name: values.name,
    overlap: values.overlap,
    catch_up: values.catch_up,
    starts_at: moment(values.starts_at),
    ends_at: moment(values.ends_at),
    max_runs: values.max_runs === "" ? null : Number(values.max_runs),
    jitter_seconds: Number(values.jitter_seconds) || 0,
    context: parsedInput(values.input) ?? {},
  };
}

export function parsedInput(text: string): Record<string, unknown> | null {
  try {
    const parsed = jsonObjectSchema.safeParse(JSON.parse(text || "{}"));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function timingOf({ cron, every_seconds, at, timezone }: Schedule): Timing {
  return { cron: cron ?? null, every_seconds: every_seconds ?? null, at: at ?? null, timezone };
}

export function moment(local: string): string | null {
  return local ? new Date(local).toISOString() : null;
}

function localInput(time: string | null | undefined): string {
  if (!time) return "";
  const parsed = new Date(time);
  return new Date(parsed.getTime() - parsed.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
