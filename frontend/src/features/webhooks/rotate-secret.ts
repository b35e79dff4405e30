import { useMutation, useQueryClient } from "@tanstack/react-query";
import { webhookTexts } from "@/features/webhooks/texts";
import { webhooksKey } from "@/features/webhooks/webhook-queries";
import { api } from "@/shared/api/client";
import type { Webhook } from "@/shared/api/schemas";
import { webhookSchema } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyError } from "@/shared/ui/notify";

const texts = webhookTexts.actions;

type What = "secret" | "token";

const QUESTIONS = {
  secret: { title: texts.rotateTitle, message: texts.rotateMessage, confirmLabel: texts.rotateConfirm },
  token: {
    title: texts.rotateUrlTitle,
    message: texts.rotateUrlMessage,
    confirmLabel: texts.rotateUrlConfirm,
    danger: true,
  },
};

/** Makes a new secret or address after asking; `onMade` gets the webhook with it, the secret this one time. */
export function useRotate(onMade: (webhook: Webhook) => void) {
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: ({ id, what }: { id: string; what: What }) =>
      api.post(`/api/webhooks/${id}/rotate/`, { what }, { schema: webhookSchema }),
    onSuccess: (webhook) => onMade(webhook),
    onError: (error) => notifyError({ title: texts.rotateFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: webhooksKey }),
  });
  return async (id: string, what: What) => {
    if (await confirm(QUESTIONS[what])) rotate.mutate({ id, what });
  };
}
