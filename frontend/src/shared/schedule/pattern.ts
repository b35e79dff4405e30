/** The cron expressions that the pickers can write, and back. */

export type Pattern =
  | { kind: "minutes"; every: number }
  | { kind: "hourly"; minute: number }
  | { kind: "daily"; time: string }
  | { kind: "weekly"; days: number[]; time: string }
  | { kind: "monthly"; day: number | "last"; time: string };

export type PatternKind = Pattern["kind"];

export const START_PATTERNS: { [K in PatternKind]: Extract<Pattern, { kind: K }> } = {
  minutes: { kind: "minutes", every: 15 },
  hourly: { kind: "hourly", minute: 0 },
  daily: { kind: "daily", time: "09:00" },
  weekly: { kind: "weekly", days: [1, 2, 3, 4, 5], time: "09:00" },
  monthly: { kind: "monthly", day: 1, time: "09:00" },
};

export function cronOf(pattern: Pattern): string {
  switch (pattern.kind) {
    case "minutes":
      return pattern.every === 1 ? "* * * * *" : `*/${pattern.every} * * * *`;
    case "hourly":
      return `${pattern.minute} * * * *`;
    case "daily":
      return `${clock(pattern.time)} * * *`;
    case "weekly":
      return `${clock(pattern.time)} * * ${ranges(pattern.days)}`;
    case "monthly":
      return `${clock(pattern.time)} ${pattern.day === "last" ? "L" : pattern.day} * *`;
    default:
      return pattern satisfies never;
  }
}

/** The picker that would write this expression; null when none would. */
export function patternOf(cron: string): Pattern | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...rest] = cron.trim().split(/\s+/);
  if (month !== "*" || rest.length > 0) return null;
  const step = /^\*(?:\/(\d+))?$/.exec(minute);
  if (step && hour === "*" && day === "*" && weekday === "*") {
    return { kind: "minutes", every: Number(step[1] ?? 1) };
  }
  if (!/^\d+$/.test(minute)) return null;
  if (hour === "*") {
    return day === "*" && weekday === "*" ? { kind: "hourly", minute: Number(minute) } : null;
  }
  return /^\d+$/.test(hour) ? patternOfDay({ day, weekday, time: `${pad(hour)}:${pad(minute)}` }) : null;
}

type Parts = { day: string; weekday: string; time: string };

function patternOfDay({ day, weekday, time }: Parts): Pattern | null {
  if (day === "*" && weekday === "*") return { kind: "daily", time };
  if (day === "*") {
    const days = daysOf(weekday);
    return days ? { kind: "weekly", days, time } : null;
  }
  if (weekday !== "*") return null;
  if (day.toUpperCase() === "L") return { kind: "monthly", day: "last", time };
  return /^\d+$/.test(day) ? { kind: "monthly", day: Number(day), time } : null;
}

const NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function daysOf(text: string): number[] | null {
  const days = new Set<number>();
  for (const part of text.toUpperCase().split(",")) {
    const [from = "", to = from] = part.split("-");
    const [first, last] = [numberOf(from), numberOf(to)];
    if (first === null || last === null || last < first) return null;
    for (let day = first; day <= last; day += 1) days.add(day % 7);
  }
  return [...days].sort((a, b) => a - b);
}

function numberOf(text: string): number | null {
  const named = NAMES.indexOf(text);
  if (named >= 0) return named;
  return /^[0-7]$/.test(text) ? Number(text) : null;
}

/** `1-5` for Monday to Friday, `0,3,6` where they are apart. */
function ranges(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const parts: [number, number][] = [];
  for (const day of sorted) {
    const last = parts.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else parts.push([day, day]);
  }
  return (
    parts
      .map(([from, to]) => (to - from > 1 ? `${from}-${to}` : from === to ? from : `${from},${to}`))
      .join(",") || "*"
  );
}

function clock(time: string): string {
  const [hour = "0", minute = "0"] = time.split(":");
  return `${Number(minute)} ${Number(hour)}`;
}

function pad(text: string): string {
  return text.padStart(2, "0");
}
