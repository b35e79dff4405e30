import { expect, test } from "vitest";
import { chartOf } from "@/features/ai-usage/chart-data";
import type { Group } from "@/features/ai-usage/usage-queries";

function used(day: string, model: string, total_tokens: number, cost: number | null = null): Group {
  const provider = model.startsWith("gpt") ? "openai" : "other";
  return {
    day,
    model,
    provider,
    total_tokens,
    cost,
    calls: 1,
    prompt_tokens: 0,
    completion_tokens: 0,
    unpriced_calls: 0,
  };
}

const WEEK = { since: "2026-03-01", until: "2026-03-03", others: "Others" } as const;

test("every day has a bar, and every model its part, the largest first", () => {
  const groups = [
    used("2026-03-01", "gpt-small", 10),
    used("2026-03-03", "gpt-large", 90),
    used("2026-03-03", "gpt-small", 5),
  ];

  const chart = chartOf({ ...WEEK, groups, by: "model", measure: "tokens" });

  expect(chart.series).toEqual(["gpt-large", "gpt-small"]);
  expect(chart.buckets).toEqual([
    { from: "2026-03-01", parts: [0, 10], total: 10 },
    { from: "2026-03-02", parts: [0, 0], total: 0 },
    { from: "2026-03-03", parts: [90, 5], total: 95 },
  ]);
  expect(chart.most).toBe(95);
});

test("calls without a price cost nothing that is known", () => {
  const groups = [used("2026-03-01", "gpt-small", 10, 0.5), used("2026-03-01", "mystery", 900)];

  const chart = chartOf({ ...WEEK, groups, by: "provider", measure: "cost" });

  expect(chart.series).toEqual(["openai", "other"]);
  expect(chart.most).toBe(0.5);
});

test("many small models are one series, and a year is told in weeks", () => {
  const groups = Array.from({ length: 9 }, (_, index) => used("2026-03-10", `m${index}`, 100 - index));

  const chart = chartOf({
    groups,
    since: "2025-03-12",
    until: "2026-03-11",
    by: "model",
    measure: "tokens",
    others: "Others",
  });

  expect(chart.series).toEqual(["m0", "m1", "m2", "m3", "m4", "Others"]);
  expect(chart.buckets).toHaveLength(53);
  expect(chart.buckets.at(-1)?.total ?? 0).toBe(0);
  expect(chart.buckets.at(-2)?.parts.at(-1)).toBe(95 + 94 + 93 + 92);
  expect(chart.most).toBe(864);
});

test("what is outside of the shown days is left out", () => {
  const chart = chartOf({ ...WEEK, groups: [used("2026-03-09", "m", 7)], by: "model", measure: "tokens" });

  expect(chart.most).toBe(0);
});
