import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { webhookTexts } from "@/features/webhooks/texts";
import { webhooksKey } from "@/features/webhooks/webhook-queries";
import { api } from "@/shared/api/client";
import { jobStatusSchema, jsonObjectSchema, jsonSchema, pageOf } from "@/shared/api/schemas";
import { notifyDone, notifyError } from "@/shared/ui/notify";

export const deliverySchema = z.object({
  id: z.number(),
  received_at: z.string(),
  verdict: z.enum(["accepted", "repeated", "refused"]),
  status: z.number(),
  detail: z.string().default(""),
  method: z.string().default(""),
  path: z.string().default(""),
  address: z.string().default(""),
  content_type: z.string().default(""),
  size: z.number().default(0),
  job: z.string().nullish(),
  job_status: jobStatusSchema.nullish().catch(null),
  replay_of: z.number().nullish(),
  request: z
    .object({ headers: z.record(z.string(), z.string()), query: jsonSchema, preview: z.string() })
    .nullish(),
});
export type Delivery = z.infer<typeof deliverySchema>;

export function deliveriesQuery(id: string, verdict: string) {
  return queryOptions({
    queryKey: [...webhooksKey, "calls", id, verdict],
    queryFn: ({ signal }) =>
      api.get(`/api/webhooks/${id}/deliveries/`, {
        schema: pageOf(deliverySchema),
        query: { verdict },
        signal,
      }),
    refetchInterval: 5000,
  });
}

export function useReplay(webhook: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery: number) => api.post(`/api/webhooks/${webhook}/deliveries/${delivery}/replay/`),
    onSuccess: () => notifyDone(webhookTexts.calls.replayed),
    onError: (error) => notifyError({ title: webhookTexts.calls.replayFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: [...webhooksKey, "calls", webhook] }),
  });
}

const callSchema = z.object({
  at: z.string(),
  method: z.string(),
  path: z.string().default(""),
  address: z.string().default(""),
  size: z.number().default(0),
  proof: z.object({ ok: z.boolean(), detail: z.string() }).nullish(),
  webhook_payload: jsonSchema,
  webhook_headers: jsonObjectSchema,
  webhook_query: jsonObjectSchema,
});
export type TestCall = z.infer<typeof callSchema>;

export const testSchema = z.object({
  id: z.string(),
  url: z.string(),
  expires_at: z.string(),
  calls: z.array(callSchema).default([]),
});

export function testQuery(id: string) {
  return queryOptions({
    queryKey: ["webhook-tests", id],
    queryFn: ({ signal }) => api.get(`/api/webhook-tests/${id}/`, { schema: testSchema, signal }),
    refetchInterval: ({ state }) => (state.error ? false : 1500),
    retry: false,
  });
}
