import { useMutation, useQueryClient } from "@tanstack/react-query";
import { webhookTexts } from "@/features/webhooks/texts";
import { webhooksKey } from "@/features/webhooks/webhook-queries";
import { api } from "@/shared/api/client";
import type { Webhook } from "@/shared/api/schemas";
import { webhookSchema } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyError } from "@/shared/ui/notify";

const texts = webhookTexts.actions;

/** Makes a new secret after asking; `onMade` gets the webhook with it, this one time. */
export function useRotateSecret(onMade: (webhook: Webhook) => void) {
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: (id: string) =>
      api.post(`/api/webhooks/${id}/rotate/`, { what: "secret" }, { schema: webhookSchema }),
    onSuccess: (webhook) => onMade(webhook),
    onError: (error) => notifyError({ title: texts.rotateFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: webhooksKey }),
  });
  return async (id: string) => {
    const agreed = await confirm({
      title: texts.rotateTitle,
      message: texts.rotateMessage,
      confirmLabel: texts.rotateConfirm,
    });
    if (agreed) rotate.mutate(id);
  };
}
