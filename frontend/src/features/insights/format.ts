import { insightsTexts as texts } from "@/features/insights/texts";
import type { Measure } from "@/shared/api/insights-queries";
import { formatDuration } from "@/shared/lib/time";

/** “97.3 %”; a dash where there is nothing to take a share of. */
export function percent(rate: number | null): string {
  return rate === null ? texts.none : `${Number((rate * 100).toFixed(1))} %`;
}

export function seconds(value: number | null): string {
  return value === null ? texts.none : formatDuration(value);
}

export function limit(value: number | null, measure: Measure): string {
  return measure === "success_rate" ? percent(value) : seconds(value);
}
