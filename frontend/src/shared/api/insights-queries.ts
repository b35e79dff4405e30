import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";

const counts = {
  total: z.number(),
  success: z.number(),
  failed: z.number(),
  timed_out: z.number(),
  cancelled: z.number(),
  success_rate: z.number().nullable(),
};
const durations = {
  average: z.number().nullable(),
  median: z.number().nullable(),
  p95: z.number().nullable(),
  max: z.number().nullable(),
};

export const insightsSchema = z.object({
  jobs: z.object(counts),
  duration: z.object(durations),
  workflows: z.array(z.object({ slug: z.string(), name: z.string(), ...counts, ...durations })),
  steps: z.array(
    z.object({
      workflow: z.string(),
      step: z.string(),
      type: z.string(),
      total: z.number(),
      failed: z.number(),
      success_rate: z.number().nullable(),
      ...durations,
    }),
  ),
  errors: z.object({
    top: z.array(
      z.object({
        step: z.string().nullable(),
        type: z.string().nullable(),
        message: z.string(),
        count: z.number(),
      }),
    ),
  }),
  trend: z.array(z.object({ date: z.string(), ...counts, ...durations })),
});
export type Insights = z.infer<typeof insightsSchema>;

export const insightsKey = ["insights"] as const;

export function insightsQuery({ days, workflow = "" }: { days: number; workflow?: string }) {
  return queryOptions({
    queryKey: [...insightsKey, "figures", days, workflow],
    queryFn: ({ signal }) =>
      api.get("/api/insights/", { schema: insightsSchema, query: { days, workflow }, signal }),
  });
}

export const MEASURES = ["job_seconds", "step_seconds", "success_rate"] as const;
export type Measure = (typeof MEASURES)[number];

export const thresholdSchema = z.object({
  id: z.string(),
  workflow: z.string().nullable(),
  step: z.string(),
  measure: z.enum(MEASURES),
  warning: z.number().nullable(),
  critical: z.number().nullable(),
  last_jobs: z.number(),
});
export type Threshold = z.infer<typeof thresholdSchema>;

export const thresholdsQuery = queryOptions({
  queryKey: [...insightsKey, "thresholds"],
  queryFn: ({ signal }) =>
    api.get("/api/insights/thresholds/", { schema: pageOf(thresholdSchema), query: { limit: 200 }, signal }),
});

export const alertSchema = z.object({
  id: z.string(),
  level: z.string(),
  message: z.string(),
  workflow: z.string(),
  step: z.string(),
  job: z.string().nullable(),
  is_open: z.boolean(),
  created_at: z.string(),
});
export type Alert = z.infer<typeof alertSchema>;

export const insightAlertsQuery = queryOptions({
  queryKey: [...insightsKey, "alerts"],
  queryFn: ({ signal }) =>
    api.get("/api/insights/alerts/", { schema: pageOf(alertSchema), query: { limit: 20 }, signal }),
});
