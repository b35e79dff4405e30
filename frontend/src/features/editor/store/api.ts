import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import type { Catalogue, JsonSchema, StepType } from "@/features/editor/model/catalogue";
import type { Definition } from "@/features/editor/model/definition";
import { definitionSchema } from "@/features/editor/model/definition";
import { Ahead } from "@/features/editor/store/ahead";
import { api, csrfToken } from "@/shared/api/client";
import {
  jobSchema,
  jobSummarySchema,
  pageOf,
  publishedSchema,
  stepTestSchema,
  stepTypeSchema,
  validationSchema,
  webhookSchema,
  workflowSchema,
} from "@/shared/api/schemas";

/** The requests of the editor. Definitions are read with the editor's own schema, which keeps unknown keys. */

const draftSchema = workflowSchema.extend({ definition: definitionSchema });
export type LoadedWorkflow = z.infer<typeof draftSchema>;

const fieldSchema: z.ZodType<JsonSchema> = z.lazy(() => z.looseObject({}));
const catalogueEntrySchema = stepTypeSchema.extend({
  config_schema: fieldSchema.optional(),
  schema: fieldSchema.optional(),
  dynamic_ports: z.boolean().nullish(),
  result_help: z.string().nullish(),
});

const draftAhead = new Ahead<LoadedWorkflow>();
const catalogueAhead = new Ahead<Catalogue>();
let isFirst = true;

/**
 * Asks for what the first editor of this page needs while the app still asks who is signed in, so that both come at
 * once; not in a browser that has never had a session.
 */
export function askAhead(idOrSlug: string): void {
  if (!isFirst || !csrfToken(document.cookie)) return;
  isFirst = false;
  draftAhead.ask(idOrSlug, () => loadDraft(idOrSlug));
  catalogueAhead.ask("", () => loadCatalogue());
}

export function draftQuery(idOrSlug: string) {
  return queryOptions({
    queryKey: ["editor", "draft", idOrSlug],
    queryFn: ({ signal }) => draftAhead.take(idOrSlug) ?? loadDraft(idOrSlug, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export const catalogueQuery = queryOptions({
  queryKey: ["step-types"],
  queryFn: ({ signal }) => catalogueAhead.take("") ?? loadCatalogue(signal),
  staleTime: 5 * 60_000,
});

async function loadCatalogue(signal?: AbortSignal): Promise<Catalogue> {
  const schema = z.union([z.array(catalogueEntrySchema), pageOf(catalogueEntrySchema)]);
  const found = await api.get("/api/step-types/", { schema, ...(signal ? { signal } : {}) });
  const entries = Array.isArray(found) ? found : found.results;
  return new Map(entries.map((entry) => [entry.type, toStepType(entry)]));
}

export function webhooksQuery(workflow: string) {
  return queryOptions({
    queryKey: ["webhooks", "of", workflow],
    queryFn: ({ signal }) =>
      api.get("/api/webhooks/", { schema: pageOf(webhookSchema), query: { workflow, limit: 100 }, signal }),
  });
}

export function recentJobsQuery(workflow: string) {
  return queryOptions({
    queryKey: ["jobs", "recent", workflow],
    queryFn: ({ signal }) =>
      api.get("/api/jobs/", { schema: pageOf(jobSummarySchema), query: { workflow, limit: 15 }, signal }),
  });
}

/** The editor asks for the problems by themselves: a long draft is there, and saved, without waiting for them. */
const QUICKLY = { validation: false };

export function loadDraft(idOrSlug: string, signal?: AbortSignal): Promise<LoadedWorkflow> {
  return api.get(`/api/workflows/${encodeURIComponent(idOrSlug)}/`, {
    schema: draftSchema,
    query: QUICKLY,
    ...(signal ? { signal } : {}),
  });
}

const savedSchema = z.object({
  draft_revision: z.number(),
  status: z.string().optional(),
  published_version: z.number().nullish(),
});

export type SaveDraft = { id: string; definition: Definition; revision: number };

export function saveDraft({ id, definition, revision }: SaveDraft) {
  // A name that is being retyped may be empty for a moment; the workflow keeps its last one meanwhile.
  const name = definition.name.trim();
  const body = { definition, draft_revision: revision, ...(name ? { name } : {}) };
  return api.patch(`/api/workflows/${id}/`, body, { schema: savedSchema, query: QUICKLY });
}

export function validateDraft({ id, definition }: { id: string; definition: Definition }) {
  return api.post(`/api/workflows/${id}/validate/`, { definition }, { schema: validationSchema });
}

export function publishDraft({ id, note }: { id: string; note: string }) {
  return api.post(`/api/workflows/${id}/publish/`, { note }, { schema: publishedSchema });
}

export function runDraft({ id, context }: { id: string; context: Record<string, unknown> }) {
  return api.post(`/api/workflows/${id}/execute/`, { context, version: "draft" }, { schema: jobSchema });
}

type RunPart = { id: string; context: Record<string, unknown>; until: string };

/** Runs what leads to a step of the draft. */
export function runUntil({ id, context, until }: RunPart) {
  return api.post(
    `/api/workflows/${id}/execute/`,
    { context, version: "draft", until },
    { schema: jobSchema },
  );
}

type RunAgain = { job: string; from: string; until?: string };

/** Runs the draft from a step on, with the results of an earlier job as far as they still hold. */
export function runAgain({ job, from, until }: RunAgain) {
  const body = { from_step: from, version: "draft", rerun_changed: true, ...(until ? { until } : {}) };
  return api.post(`/api/jobs/${job}/retry/`, body, { schema: jobSchema });
}

type TestStep = { definition: Definition; step: string; context: Record<string, unknown>; job?: string };

/** Runs one step alone. */
export function testStep(body: TestStep) {
  return api.post("/api/steps/test/", body, { schema: stepTestSchema });
}

export function jobDefinitionQuery(job: string) {
  return queryOptions({
    queryKey: ["jobs", job, "definition"],
    queryFn: ({ signal }) => api.get(`/api/jobs/${job}/definition/`, { schema: definitionSchema, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function setActive({ id, isActive }: { id: string; isActive: boolean }) {
  return api.post(`/api/workflows/${id}/${isActive ? "enable" : "disable"}/`, {});
}

export function addWebhook(workflow: string) {
  const body = { workflow, auth: "none", respond: "when_finished" };
  return api.post("/api/webhooks/", body, { schema: webhookSchema });
}

/** The previous secret stays good for a day. */
export function rotateWebhookSecret(webhook: string) {
  return api.post(`/api/webhooks/${webhook}/rotate/`, { what: "secret" }, { schema: webhookSchema });
}

export function loadJob(id: string) {
  return api.get(`/api/jobs/${id}/`, { schema: jobSchema });
}

const callSchema = z.object({
  webhook_payload: z.unknown(),
  webhook_headers: z.unknown(),
  webhook_query: z.unknown(),
});

/** What a webhook handed to the last job that it started; null when it has started none. */
export async function loadLastCall(workflow: string) {
  const query = { workflow, triggered_by: "WEBHOOK", limit: 1 };
  const { results } = await api.get("/api/jobs/", { schema: pageOf(jobSummarySchema), query });
  const last = results[0];
  return last ? callSchema.parse((await loadJob(last.id)).execution_context) : null;
}

function toStepType(entry: z.infer<typeof catalogueEntrySchema>): StepType {
  return {
    type: entry.type,
    label: entry.label,
    icon: entry.icon,
    color: entry.color,
    category: entry.category,
    help: entry.help,
    container: entry.container,
    ports: entry.ports,
    dynamicPorts: entry.dynamic_ports ?? false,
    schema: entry.config_schema ?? entry.schema ?? {},
    resultHelp: entry.result_help ?? "",
  };
}
