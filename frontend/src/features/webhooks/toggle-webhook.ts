import { useMutation, useQueryClient } from "@tanstack/react-query";
import { webhookTexts } from "@/features/webhooks/texts";
import { webhooksKey } from "@/features/webhooks/webhook-queries";
import { api } from "@/shared/api/client";
import type { Webhook } from "@/shared/api/schemas";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = webhookTexts.actions;

export function useToggleWebhook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, is_active }: Webhook) => api.patch(`/api/webhooks/${id}/`, { is_active: !is_active }),
    onSuccess: (_, { is_active }) => notifyDone(is_active ? texts.disabled : texts.enabled),
    onError: (error) => notifyError({ title: texts.toggleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: webhooksKey }),
  });
}
