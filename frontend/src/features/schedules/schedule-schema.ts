import { z } from "zod";
import { jobStatusSchema, jsonObjectSchema } from "@/shared/api/schemas";

export const OVERLAPS = ["queue", "skip", "parallel", "cancel_previous"] as const;
export const CATCH_UPS = ["last", "all", "none"] as const;

export const scheduleSchema = z.object({
  id: z.string(),
  workflow: z.string(),
  workflow_slug: z.string(),
  workflow_name: z.string(),
  workflow_is_active: z.boolean().default(true),
  workflow_is_published: z.boolean().default(true),
  trigger_id: z.string().default(""),
  name: z.string().default(""),
  kind: z.string(),
  cron: z.string().nullish(),
  every_seconds: z.number().nullish(),
  at: z.string().nullish(),
  timezone: z.string().default("UTC"),
  starts_at: z.string().nullish(),
  ends_at: z.string().nullish(),
  max_runs: z.number().nullish(),
  overlap: z.enum(OVERLAPS).catch("queue"),
  catch_up: z.enum(CATCH_UPS).catch("last"),
  jitter_seconds: z.number().default(0),
  context: jsonObjectSchema.default({}),
  is_active: z.boolean(),
  description: z.string().default(""),
  next_runs: z.array(z.string()).default([]),
  run_count: z.number().default(0),
  last_due_at: z.string().nullish(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const runSchema = z.object({
  due_at: z.string(),
  fired_at: z.string(),
  late_seconds: z.number(),
  state: z.string(),
  reason: z.string().default(""),
  back_fill: z.boolean().default(false),
  job: z.string().nullish(),
  job_status: jobStatusSchema.nullish().catch(null),
});
export type ScheduleRun = z.infer<typeof runSchema>;

export const alertSchema = z.object({
  id: z.string(),
  schedule: z.string(),
  workflow_name: z.string(),
  kind: z.enum(["late", "missed", "failed"]),
  detail: z.string().default(""),
  count: z.number(),
  first_due_at: z.string(),
  last_due_at: z.string(),
});
export type ScheduleAlert = z.infer<typeof alertSchema>;

export const policySchema = z.object({
  paused: z.boolean(),
  paused_at: z.string().nullish(),
  minimum_interval: z.number(),
  calendar_url: z.string().nullish(),
});
export type SchedulePolicy = z.infer<typeof policySchema>;

export const agendaSchema = z.object({
  results: z.array(
    z.object({
      day: z.string(),
      schedule: z.string(),
      name: z.string().default(""),
      workflow_slug: z.string(),
      workflow_name: z.string(),
      description: z.string(),
      count: z.number(),
      more: z.boolean(),
      first: z.string(),
      last: z.string(),
    }),
  ),
});
export type AgendaEntry = z.infer<typeof agendaSchema>["results"][number];

export const backFillSchema = z.object({ count: z.number() });
