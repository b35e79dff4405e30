import { useMutation, useQueryClient } from "@tanstack/react-query";
import { webhooksKey } from "@/features/webhooks/webhook-queries";
import { api } from "@/shared/api/client";
import type { WebhookAuth } from "@/shared/api/schemas";
import { webhookSchema } from "@/shared/api/schemas";

type NewWebhook = {
  workflow: string;
  auth: WebhookAuth;
  respond: string;
  methods: string[];
  secret?: string;
};

/** The answer holds the secret, this one time. */
export function useCreateWebhook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (webhook: NewWebhook) => api.post("/api/webhooks/", webhook, { schema: webhookSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: webhooksKey }),
  });
}
