import { queryOptions } from "@tanstack/react-query";
import {
  agendaSchema,
  alertSchema,
  policySchema,
  runSchema,
  scheduleSchema,
} from "@/features/schedules/schedule-schema";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";

export const schedulesKey = ["schedules"] as const;

export function scheduleListQuery({ limit, offset }: { limit: number; offset: number }) {
  return queryOptions({
    queryKey: [...schedulesKey, "list", { limit, offset }],
    queryFn: ({ signal }) =>
      api.get("/api/schedules/", { schema: pageOf(scheduleSchema), query: { limit, offset }, signal }),
    refetchInterval: 15_000,
  });
}

export function scheduleRunsQuery(id: string) {
  return queryOptions({
    queryKey: [...schedulesKey, "runs", id],
    queryFn: ({ signal }) =>
      api.get(`/api/schedules/${id}/runs/`, { schema: pageOf(runSchema), query: { limit: 50 }, signal }),
  });
}

export const alertsQuery = queryOptions({
  queryKey: [...schedulesKey, "alerts"],
  queryFn: ({ signal }) => api.get("/api/schedule-alerts/", { schema: pageOf(alertSchema), signal }),
});

export const policyQuery = queryOptions({
  queryKey: [...schedulesKey, "policy"],
  queryFn: ({ signal }) => api.get("/api/schedules/settings/", { schema: policySchema, signal }),
});

export function agendaQuery(timezone: string) {
  return queryOptions({
    queryKey: [...schedulesKey, "agenda", timezone],
    queryFn: ({ signal }) =>
      api.get("/api/schedules/agenda/", { schema: agendaSchema, query: { timezone, days: 7 }, signal }),
  });
}
