import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { pageOf, workflowSchema, workflowSummarySchema } from "@/shared/api/schemas";

export const workflowsKey = ["workflows"] as const;

export type WorkflowFilters = {
  search?: string;
  status?: string;
  is_active?: string;
  folder?: string;
  tag?: string;
  limit?: number;
  offset?: number;
};

export function workflowListQuery(filters: WorkflowFilters = {}) {
  return queryOptions({
    queryKey: [...workflowsKey, "list", filters],
    queryFn: ({ signal }) =>
      api.get("/api/workflows/", { schema: pageOf(workflowSummarySchema), query: filters, signal }),
  });
}

const countedSchema = z.array(z.object({ name: z.string(), count: z.number() }));

/** The folders and tags in use. */
export const workflowLabelsQuery = queryOptions({
  queryKey: [...workflowsKey, "labels"],
  queryFn: ({ signal }) =>
    api.get("/api/workflow-labels/", {
      schema: z.object({ folders: countedSchema, tags: countedSchema }),
      signal,
    }),
});

export function workflowQuery(idOrSlug: string) {
  return queryOptions({
    queryKey: [...workflowsKey, "one", idOrSlug],
    queryFn: ({ signal }) => api.get(`/api/workflows/${idOrSlug}/`, { schema: workflowSchema, signal }),
  });
}
