import { z } from "zod";
import { problemSchema } from "@/shared/api/errors";

/** What the server answers, as written in the public contract. Unknown fields are dropped, so a newer server is fine. */

export const jsonSchema = z.json();
export const jsonObjectSchema = z.record(z.string(), jsonSchema);

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({
    count: z.number(),
    next: z.string().nullish(),
    previous: z.string().nullish(),
    results: z.array(item),
  });
}

// --- workflows ---------------------------------------------------------------------------------------------------

export const refSchema = z.string();

export const retrySchema = z
  .object({
    retries: z.number(),
    backoff: z.string(),
    delay: z.number(),
    factor: z.number(),
    max_delay: z.number(),
    jitter: z.boolean(),
  })
  .partial()
  .loose();

/** A step as it stands in the document: options that this page does not know are kept as they are. */
export const stepSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    name: z.string().optional(),
    after: z.array(refSchema).optional(),
    join: z.enum(["any", "all", "first"]).optional(),
    parent: z.string().nullish(),
    output: z.string().nullish(),
    enabled: z.boolean().optional(),
    retry: retrySchema.nullish(),
    timeout: z.number().nullish(),
    on_error: jsonSchema.optional(),
    config: jsonObjectSchema.optional(),
    notes: z.string().nullish(),
  })
  .catchall(jsonSchema);
export type Step = z.infer<typeof stepSchema>;

export const definitionSchema = z
  .object({
    stepgraph: z.number().optional(),
    name: z.string().optional(),
    description: z.string().nullish(),
    inputs: jsonObjectSchema.nullish(),
    settings: jsonObjectSchema.nullish(),
    steps: z.array(stepSchema).default([]),
    triggers: z.array(jsonObjectSchema).nullish(),
    ui: jsonObjectSchema.nullish(),
  })
  .catchall(jsonSchema);
export type Definition = z.infer<typeof definitionSchema>;

export const workflowStatusSchema = z.string();

const workflowFields = {
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  /** A path for people: “Sales/Orders”. */
  folder: z.string().default(""),
  tags: z.array(z.string()).default([]),
  is_active: z.boolean(),
  /** `draft` never published, `published`, `changed` since, `invalid`; lower case. */
  status: workflowStatusSchema.default("draft"),
  draft_revision: z.number().default(1),
  published_version: z.number().nullish(),
  schedule: z.string().nullish(),
  trigger_type: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string(),
};

export const workflowSummarySchema = z.object(workflowFields);
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;

export const workflowSchema = z.object({ ...workflowFields, definition: definitionSchema });
export type Workflow = z.infer<typeof workflowSchema>;

export const versionSchema = z.object({
  number: z.number().nullish(),
  version: z.number().nullish(),
  checksum: z.string().default(""),
  note: z.string().default(""),
  created_at: z.string().optional(),
  created_by: z.string().nullish(),
  definition: definitionSchema.optional(),
});
export type Version = z.infer<typeof versionSchema>;

export const validationSchema = z.object({
  is_valid: z.boolean(),
  errors: z.array(problemSchema).default([]),
  warnings: z.array(problemSchema).default([]),
});
export type Validation = z.infer<typeof validationSchema>;

export const publishedSchema = z.object({ version: z.number(), checksum: z.string() });

// --- catalogue ---------------------------------------------------------------------------------------------------

export const stepTypeSchema = z.object({
  type: z.string(),
  label: z.string(),
  icon: z.string().default("box"),
  category: z.string().default("Flow"),
  color: z.string().default("gray"),
  help: z.string().default(""),
  ports: z.array(z.string()).default([]),
  container: z.boolean().default(false),
  pure: z.boolean().default(false),
  default_timeout: z.number().nullish(),
  config_schema: jsonObjectSchema.optional(),
  schema: jsonObjectSchema.optional(),
  version: z.number().default(1),
});
export type StepType = z.infer<typeof stepTypeSchema>;

// --- jobs --------------------------------------------------------------------------------------------------------

export const JOB_STATUSES = [
  "PENDING",
  "QUEUED",
  "RUNNING",
  "WAITING",
  "PAUSED",
  "SUCCESS",
  "FAILED",
  "CANCELLED",
  "TIMED_OUT",
] as const;
export const jobStatusSchema = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const STEP_STATUSES = [
  "pending",
  "running",
  "waiting",
  "success",
  "failed",
  "skipped",
  "cancelled",
] as const;
export const stepStatusSchema = z.enum(STEP_STATUSES);
export type StepStatus = z.infer<typeof stepStatusSchema>;

export const TRIGGERS = [
  "MANUAL",
  "API",
  "SCHEDULE",
  "WEBHOOK",
  "FORM",
  "SUBFLOW",
  "RETRY",
  "ERROR",
  "MCP",
] as const;

export const runErrorSchema = z
  .object({
    type: z.string().default("error"),
    message: z.string(),
    step: z.string().nullish(),
    step_name: z.string().nullish(),
    path: z.string().nullish(),
    attempt: z.number().nullish(),
    line: z.number().nullish(),
    hint: z.string().nullish(),
  })
  .loose();
export type RunError = z.infer<typeof runErrorSchema>;

export const attemptSchema = z.object({
  started_at: z.string().nullish(),
  ended_at: z.string().nullish(),
  error: runErrorSchema.nullish(),
});

export const stepRunSchema = z.object({
  id: z.string(),
  path: z.string(),
  name: z.string().nullish(),
  type: z.string(),
  status: stepStatusSchema,
  attempts: z.array(attemptSchema).default([]),
  duration: z.number().nullish(),
  input: jsonSchema.nullish(),
  output: jsonSchema.nullish(),
  error: runErrorSchema.nullish(),
  /** Its end, when it is long; `log_first` is the number of the first line shown. */
  log: z.string().nullish(),
  log_first: z.number().nullish(),
  cached: z.boolean().nullish(),
  pinned: z.boolean().nullish(),
  reused: z.string().nullish(),
  continued: z.boolean().nullish(),
  port: z.string().nullish(),
  started_at: z.string().nullish(),
  ended_at: z.string().nullish(),
});
export type StepRun = z.infer<typeof stepRunSchema>;

const jobFields = {
  id: z.string(),
  workflow: z.string(),
  workflow_name: z.string().nullish(),
  workflow_slug: z.string().nullish(),
  version: z.union([z.number(), z.string()]).nullish(),
  status: jobStatusSchema,
  triggered_by: z.string(),
  priority: z.number().nullish(),
  duration: z.number().nullish(),
  error: runErrorSchema.nullish(),
  wait_reason: z.string().nullish(),
  created_at: z.string(),
  started_at: z.string().nullish(),
  finished_at: z.string().nullish(),
};

export const jobSummarySchema = z.object(jobFields);
export type JobSummary = z.infer<typeof jobSummarySchema>;

export const waitingSchema = z.object({
  step: z.string().nullish(),
  path: z.string().nullish(),
  reason: z.string(),
  until: z.string().nullish(),
  signal: z.string(),
});
export type WaitingStep = z.infer<typeof waitingSchema>;

export const stepTestSchema = stepRunSchema.extend({
  waiting: waitingSchema.nullish(),
  steps: z.array(stepRunSchema).default([]),
});
export type StepTest = z.infer<typeof stepTestSchema>;

export const jobSchema = z.object({
  ...jobFields,
  waiting: z.array(waitingSchema).default([]),
  execution_context: jsonSchema.nullish(),
  workflow_output: jsonSchema.nullish(),
  warnings: z.array(jsonSchema).default([]),
  steps: z.array(stepRunSchema).default([]),
  parent: z.string().nullish(),
  retried_from: z.string().nullish(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobEventSchema = z
  .object({
    type: z.string(),
    job: z.string().optional(),
    at: z.string().optional(),
    step: z.string().nullish(),
    path: z.string().nullish(),
    status: z.string().nullish(),
    attempt: z.number().nullish(),
    error: z.union([runErrorSchema, z.string()]).nullish(),
    done: z.number().nullish(),
    total: z.number().nullish(),
    percentage: z.number().nullish(),
    /** Of log lines as they come: the number of the first one in the log of its step, and the lines. */
    first: z.number().nullish(),
    lines: z.array(z.string()).nullish(),
  })
  .loose();
export type JobEvent = z.infer<typeof jobEventSchema>;

// --- webhooks ----------------------------------------------------------------------------------------------------

export const WEBHOOK_AUTHS = [
  "none",
  "hmac",
  "standard",
  "bearer",
  "basic",
  "github",
  "stripe",
  "slack",
  "shopify",
] as const;
export type WebhookAuth = (typeof WEBHOOK_AUTHS)[number];

export const WEBHOOK_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export const webhookSchema = z.object({
  id: z.string(),
  workflow: z.string(),
  workflow_name: z.string().nullish(),
  workflow_slug: z.string().nullish(),
  /** The trigger of the workflow's document that it was made of; empty when a person made it. */
  trigger_id: z.string().default(""),
  /** null for those who may not start jobs: who knows the address can. */
  url: z.string().nullish(),
  /** Only in the answer to the request that made it. */
  secret: z.string().nullish(),
  has_secret: z.boolean().default(false),
  methods: z.array(z.string()).default([]),
  auth: z.enum(WEBHOOK_AUTHS).catch("none"),
  respond: z.string().default("immediately"),
  timeout: z.number().nullish(),
  start_at: z.string().nullish(),
  is_active: z.boolean().default(true),
  last_called_at: z.string().nullish(),
  created_at: z.string().optional(),
});
export type Webhook = z.infer<typeof webhookSchema>;

// --- people and keys ---------------------------------------------------------------------------------------------

export const ROLES = ["owner", "editor", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may do, from all to reading alone. */
export const SCOPES = ["admin", "edit", "execute", "read"] as const;
export type Scope = (typeof SCOPES)[number];

export const organizationSchema = z.object({ id: z.string(), name: z.string(), slug: z.string() });
export type Organization = z.infer<typeof organizationSchema>;

export const sessionSchema = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string().default("") }),
  /** null: of no organisation (yet, or any more). */
  organization: organizationSchema.nullable(),
  role: z.string().nullable(),
  permissions: z.array(z.string()).default([]),
  organizations: z.array(organizationSchema.extend({ role: z.string().optional() })).default([]),
});
export type Session = z.infer<typeof sessionSchema>;

export const memberSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().default(""),
  role: z.string(),
  status: z.string().default("active"),
  /** Only in the answer to the invitation. */
  invite_url: z.string().nullish(),
});
export type Member = z.infer<typeof memberSchema>;

export const invitationSchema = z.object({
  email: z.string(),
  role: z.string(),
  organization: organizationSchema,
  has_account: z.boolean().default(false),
  expires_at: z.string().nullish(),
});
export type Invitation = z.infer<typeof invitationSchema>;

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  prefix: z.string(),
  created_by: z.string().nullish(),
  /** Only in the answer to the request that made it. */
  key: z.string().nullish(),
  created_at: z.string().optional(),
  expires_at: z.string().nullish(),
  last_used_at: z.string().nullish(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

// --- the system --------------------------------------------------------------------------------------------------

export const systemSchema = z.object({
  version: z.string().default(""),
  sandbox: z
    .object({
      isolation: z.string().default(""),
      message: z.string().default(""),
      languages: z.array(z.union([z.string(), jsonObjectSchema])).default([]),
    })
    .optional(),
  worker: z.object({ alive: z.number() }).optional(),
});
export type System = z.infer<typeof systemSchema>;
