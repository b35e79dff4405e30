import type { Group } from "@/features/ai-usage/usage-queries";

export type SeriesBy = "model" | "provider";
export type Measure = "cost" | "tokens";

/** One bar: a day, or a week where there are many days; a part for each series, from the bottom up. */
export type Bucket = { from: string; parts: number[]; total: number };
export type Chart = { series: string[]; buckets: Bucket[]; most: number };

type ChartOptions = {
  groups: readonly Group[];
  /** First and last day, both included. */
  since: string;
  until: string;
  by: SeriesBy;
  measure: Measure;
  /** What all series but the largest are called together. */
  others: string;
};

const DAY = 24 * 3600 * 1000;
const MOST_SERIES = 6;
const MOST_BARS = 62;

/** Usage over time, with days on which nothing was used, and the small series as one. */
export function chartOf({ groups, since, until, by, measure, others }: ChartOptions): Chart {
  const value = (group: Group) => (measure === "cost" ? (group.cost ?? 0) : group.total_tokens);
  const series = seriesOf({ groups, by, value, others });
  const width = daysBetween(since, until) < MOST_BARS ? 1 : 7;
  const count = Math.floor(daysBetween(since, until) / width) + 1;
  const buckets = Array.from({ length: count }, (_, index) => ({
    from: dayAfter(since, index * width),
    parts: series.map(() => 0),
    total: 0,
  }));
  for (const group of groups) {
    const bucket = buckets[Math.floor(daysBetween(since, group.day ?? since) / width)];
    if (!bucket) continue; // made while the page was on its way
    const own = series.indexOf(nameOf(group, by));
    const place = own < 0 ? series.length - 1 : own;
    bucket.parts[place] = (bucket.parts[place] ?? 0) + value(group);
    bucket.total += value(group);
  }
  return { series, buckets, most: Math.max(...buckets.map(({ total }) => total), 0) };
}

type SeriesOptions = Pick<ChartOptions, "groups" | "by" | "others"> & { value: (group: Group) => number };

/** The largest first; what is left is one series. */
function seriesOf({ groups, by, value, others }: SeriesOptions): string[] {
  const totals = new Map<string, number>();
  for (const group of groups) {
    const name = nameOf(group, by);
    totals.set(name, (totals.get(name) ?? 0) + value(group));
  }
  const names = [...totals].sort(([, one], [, other]) => other - one).map(([name]) => name);
  return names.length <= MOST_SERIES ? names : [...names.slice(0, MOST_SERIES - 1), others];
}

function nameOf({ model, provider }: Group, by: SeriesBy): string {
  return (by === "model" ? model : provider) ?? "";
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}
