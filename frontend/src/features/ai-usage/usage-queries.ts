import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";

const sumsSchema = z.object({
  calls: z.number(),
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  cost: z.number().nullable(),
  unpriced_calls: z.number(),
});
export type Sums = z.infer<typeof sumsSchema>;

const callSchema = z.object({
  id: z.string(),
  at: z.string(),
  workflow_name: z.string().nullable(),
  job: z.string(),
  step: z.string(),
  provider: z.string(),
  model: z.string(),
  purpose: z.string(),
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  cost: z.number().nullable(),
  latency: z.number(),
});
export type AiCall = z.infer<typeof callSchema>;

const groupSchema = sumsSchema.extend({
  day: z.string().optional(),
  workflow: z.string().nullish(),
  workflow_name: z.string().nullish(),
  provider: z.string().optional(),
  model: z.string().optional(),
  step: z.string().optional(),
  workflow_slug: z.string().nullish(),
});
export type Group = z.infer<typeof groupSchema>;

export const GROUPINGS = ["day", "workflow", "model", "provider", "step"] as const;
export type Grouping = (typeof GROUPINGS)[number];

const usageSchema = pageOf(callSchema).extend({ totals: sumsSchema, groups: z.array(groupSchema) });

export function usageQuery({ grouping, since }: { grouping: Grouping; since: string }) {
  return queryOptions({
    queryKey: ["ai-usage", grouping, since],
    queryFn: ({ signal }) =>
      api.get("/api/ai-usage/", {
        schema: usageSchema,
        query: { group_by: grouping, since, limit: 50 },
        signal,
      }),
  });
}

const daysSchema = z.object({ groups: z.array(groupSchema) });

/** What each day used, by model or by provider. */
export function daysQuery({ by, since }: { by: "model" | "provider"; since: string }) {
  return queryOptions({
    queryKey: ["ai-usage", "days", by, since],
    queryFn: ({ signal }) =>
      api.get("/api/ai-usage/", {
        schema: daysSchema,
        query: { group_by: `day_${by}`, since, limit: 1 },
        signal,
      }),
  });
}

/** What a group of calls is called. */
export function groupName({ group, grouping }: { group: Group; grouping: Grouping }): string {
  switch (grouping) {
    case "day":
      return group.day ?? "";
    case "workflow":
      return group.workflow_name ?? "–";
    case "model":
      return `${group.model} (${group.provider})`;
    case "provider":
      return group.provider ?? "";
    case "step":
      return `${group.workflow_slug ?? "–"} / ${group.step}`;
    default:
      return grouping satisfies never;
  }
}

/** Tells groups of one grouping apart; two workflows may have the same name. */
export function groupKey({ day, workflow, workflow_slug, provider, model, step }: Group): string {
  return JSON.stringify([day, workflow, workflow_slug, provider, model, step]);
}

export function money(cost: number | null): string {
  if (cost === null) return "–";
  return cost >= 1 || cost === 0 ? `$${cost.toFixed(2)}` : `$${cost.toPrecision(2)}`;
}
