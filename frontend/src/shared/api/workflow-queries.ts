import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { pageOf, workflowSchema, workflowSummarySchema } from "@/shared/api/schemas";

export const workflowsKey = ["workflows"] as const;

export type WorkflowFilters = {
  search?: string;
  status?: string;
  is_active?: string;
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

export function workflowQuery(idOrSlug: string) {
  return queryOptions({
    queryKey: [...workflowsKey, "one", idOrSlug],
    queryFn: ({ signal }) => api.get(`/api/workflows/${idOrSlug}/`, { schema: workflowSchema, signal }),
  });
}
