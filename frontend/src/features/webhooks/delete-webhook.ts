import { useMutation, useQueryClient } from "@tanstack/react-query";
import { webhookTexts } from "@/features/webhooks/texts";
import { webhooksKey } from "@/features/webhooks/webhook-queries";
import { api } from "@/shared/api/client";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = webhookTexts.actions;

/** Deletes after asking. */
export function useDeleteWebhook() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/api/webhooks/${id}/`),
    onSuccess: () => notifyDone(texts.deleted),
    onError: (error) => notifyError({ title: texts.deleteFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: webhooksKey }),
  });
  return async (id: string) => {
    const agreed = await confirm({
      title: texts.deleteTitle,
      message: texts.deleteMessage,
      confirmLabel: texts.deleteConfirm,
      danger: true,
    });
    if (agreed) remove.mutate(id);
  };
}
