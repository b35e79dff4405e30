import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { jobSchema, jobSummarySchema, pageOf } from "@/shared/api/schemas";

export const jobsKey = ["jobs"] as const;

export type JobFilters = {
  workflow?: string;
  status?: string;
  triggered_by?: string;
  since?: string;
  search?: string;
  limit?: number;
  offset?: number;
};

export function jobListQuery(filters: JobFilters = {}) {
  return queryOptions({
    queryKey: [...jobsKey, "list", filters],
    queryFn: ({ signal }) =>
      api.get("/api/jobs/", { schema: pageOf(jobSummarySchema), query: filters, signal }),
  });
}

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, "one", id],
    queryFn: ({ signal }) => api.get(`/api/jobs/${id}/`, { schema: jobSchema, signal }),
  });
}

export function jobLogsQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, "logs", id],
    queryFn: ({ signal }) =>
      api.get(`/api/jobs/${id}/logs/`, { schema: z.object({ logs: z.string() }), signal }),
  });
}

/** The whole log of a step, of which a job shows only the end when it is long. */
export function loadStepLog({ job, path }: { job: string; path: string }) {
  const schema = z.object({ log: z.string() });
  return api.get(`/api/jobs/${job}/steps/${encodeURIComponent(path)}/log/`, { schema });
}

/** The whole output of a step, of which a job shows only the beginning when it is large. */
export function loadStepOutput({ job, path }: { job: string; path: string }) {
  return api.get(`/api/jobs/${job}/steps/${encodeURIComponent(path)}/output/`, { schema: z.unknown() });
}

export function cancelJob({ id, reason }: { id: string; reason: string }) {
  return api.post(`/api/jobs/${id}/cancel/`, { reason });
}
