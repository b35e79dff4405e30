import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { eventWebhookTexts as texts } from "@/features/event-webhooks/texts";
import { api } from "@/shared/api/client";
import { jsonSchema, pageOf } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

export const endpointSchema = z.object({
  id: z.string(),
  url: z.string(),
  /** Patterns such as `job.*`. */
  events: z.array(z.string()),
  /** A slug; null: all workflows. */
  workflow: z.string().nullable(),
  is_active: z.boolean(),
  /** Only in the answer that makes it. */
  secret: z.string().optional(),
});
export type Endpoint = z.infer<typeof endpointSchema>;
export type EndpointValues = Pick<Endpoint, "url" | "events" | "workflow">;

const endpointsKey = ["event-webhooks"] as const;
const PATH = "/api/event-webhooks/";

export const endpointListQuery = queryOptions({
  queryKey: [...endpointsKey, "list"],
  queryFn: ({ signal }) => api.get(PATH, { schema: pageOf(endpointSchema), query: { limit: 200 }, signal }),
});

/** Makes an endpoint, or changes one; its workflow stays. */
export function useSaveEndpoint(endpoint: Endpoint | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, ...values }: EndpointValues) =>
      endpoint
        ? api.patch(`${PATH}${endpoint.id}/`, values, { schema: endpointSchema })
        : api.post(PATH, { ...values, workflow }, { schema: endpointSchema }),
    onSuccess: () => {
      notifyDone(texts.form.saved);
      return client.invalidateQueries({ queryKey: endpointsKey });
    },
  });
}

export function useToggleEndpoint() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, is_active }: Endpoint) => api.patch(`${PATH}${id}/`, { is_active: !is_active }),
    onSuccess: (_, { is_active }) => notifyDone(is_active ? texts.disabled : texts.enabled),
    onError: (error) => notifyError({ title: texts.toggleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: endpointsKey }),
  });
}

/** Deletes after asking. */
export function useDeleteEndpoint() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Endpoint) => api.delete(`${PATH}${id}/`),
    onSuccess: () => notifyDone(texts.remove.done),
    onError: (error) => notifyError({ title: texts.remove.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: endpointsKey }),
  });
  return async (endpoint: Endpoint) => {
    const { title, message, confirm: confirmLabel } = texts.remove;
    if (await confirm({ title, message: message(endpoint.url), confirmLabel, danger: true }))
      remove.mutate(endpoint);
  };
}

export const deliverySchema = z.object({
  id: z.string(),
  type: z.string(),
  status: z.enum(["pending", "delivered", "failed"]),
  attempts: z.number(),
  response_status: z.number().nullable(),
  error: z.string(),
  payload: jsonSchema,
  created_at: z.string(),
});
export type Delivery = z.infer<typeof deliverySchema>;

export function deliveriesQuery(endpoint: string) {
  return queryOptions({
    queryKey: [...endpointsKey, "deliveries", endpoint],
    queryFn: ({ signal }) =>
      api.get(`${PATH}${endpoint}/deliveries/`, {
        schema: pageOf(deliverySchema),
        query: { limit: 50 },
        signal,
      }),
    refetchInterval: 5000,
  });
}

export function useRepeatDelivery(endpoint: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery: string) => api.post(`${PATH}${endpoint}/deliveries/${delivery}/repeat/`),
    onSuccess: () => notifyDone(texts.deliveries.repeated),
    onError: (error) => notifyError({ title: texts.deliveries.repeatFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: deliveriesQuery(endpoint).queryKey }),
  });
}
