import type { PatternKind } from "@/shared/schedule/pattern";
import { cronOf, patternOf, START_PATTERNS } from "@/shared/schedule/pattern";

/** When something is due, as the API and the document write it: exactly one of the three is set. */
export type Timing = {
  cron: string | null;
  every_seconds: number | null;
  at: string | null;
  timezone: string;
};

export type Repeats = PatternKind | "interval" | "once" | "cron";

export const START_TIMING: Timing = {
  cron: "0 9 * * *",
  every_seconds: null,
  at: null,
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
};

/** Which picker shows a timing. */
export function repeatsOf({ every_seconds, at, cron }: Timing): Repeats {
  if (every_seconds !== null) return "interval";
  if (at !== null) return "once";
  return patternOf(cron ?? "")?.kind ?? "cron";
}

/** The same timing as another picker would begin it. */
export function changedTo({ timing, repeats, now }: { timing: Timing; repeats: Repeats; now: Date }): Timing {
  const empty = { cron: null, every_seconds: null, at: null, timezone: timing.timezone };
  switch (repeats) {
    case "interval":
      return { ...empty, every_seconds: 3600 };
    case "once":
      return { ...empty, at: new Date(Math.ceil(now.getTime() / 3_600_000) * 3_600_000).toISOString() };
    case "cron":
      return { ...empty, cron: timing.cron ?? "0 9 * * *" };
    default:
      return { ...empty, cron: cronOf(START_PATTERNS[repeats]) };
  }
}

/** What the API wants: the one field that is set. */
export function timingBody({ cron, every_seconds, at, timezone }: Timing): Record<string, unknown> {
  if (every_seconds !== null) return { kind: "interval", every_seconds, timezone };
  if (at !== null) return { kind: "once", at, timezone };
  return { kind: "cron", cron, timezone };
}
