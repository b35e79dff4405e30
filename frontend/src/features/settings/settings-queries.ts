import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { settingsTexts } from "@/features/settings/texts";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";
import { sessionKey } from "@/shared/session/session-query";
import { notifyDone } from "@/shared/ui/notify";

/** Another name for the organisation in use. */
export function useRenameOrganization(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.patch(`/api/organizations/${id}/`, { name }),
    onSuccess: () => {
      notifyDone(settingsTexts.organization.saved);
      return client.invalidateQueries({ queryKey: sessionKey });
    },
  });
}

const policySchema = z.object({
  /** A slug; null: the organisation. */
  workflow: z.string().nullable(),
  days: z.number().nullable(),
  jobs: z.number().nullable(),
  megabytes: z.number().nullable(),
});
export type Policy = z.infer<typeof policySchema>;

const policiesSchema = z.array(policySchema);
const retentionKey = ["retention"] as const;

export const retentionQuery = queryOptions({
  queryKey: retentionKey,
  queryFn: ({ signal }) => api.get("/api/retention/", { schema: policiesSchema, signal }),
});

export function useSavePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (policy: Policy) => api.put("/api/retention/", policy, { schema: policiesSchema }),
    onSuccess: (policies) => {
      client.setQueryData(retentionKey, policies);
      notifyDone(settingsTexts.retention.saved);
    },
  });
}

const channelSchema = z.object({ connector: z.string(), to: z.array(z.string()).default([]) });
export type Channel = z.infer<typeof channelSchema>;

const channelsSchema = z.object({ channels: z.array(channelSchema) });
const channelsKey = ["notification-channels"] as const;

export const channelsQuery = queryOptions({
  queryKey: channelsKey,
  queryFn: ({ signal }) => api.get("/api/notification-channels/", { schema: channelsSchema, signal }),
});

export function useSaveChannels() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channels: readonly Channel[]) =>
      api.put("/api/notification-channels/", { channels }, { schema: channelsSchema }),
    onSuccess: (answer) => {
      client.setQueryData(channelsKey, answer);
      notifyDone(settingsTexts.channels.saved);
    },
  });
}

const noticeSchema = z.object({
  id: z.string(),
  channel: z.string().nullable(),
  to: z.array(z.string()),
  subject: z.string(),
  status: z.enum(["sent", "waiting", "failed"]),
  attempts: z.number(),
  error: z.string().nullable(),
  created_at: z.string(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const NOTICES_PAGE = 20;

export function noticesQuery(page: number) {
  return queryOptions({
    queryKey: ["notices", page],
    queryFn: ({ signal }) =>
      api.get("/api/notices/", {
        schema: pageOf(noticeSchema),
        query: { limit: NOTICES_PAGE, offset: (page - 1) * NOTICES_PAGE },
        signal,
      }),
  });
}
