import { Modal } from "@mantine/core";
import { CreateWebhookForm } from "@/features/webhooks/create-webhook-form";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook } from "@/shared/api/schemas";

type CreateWebhookDialogProps = { opened: boolean; onClose: () => void; onMade: (webhook: Webhook) => void };

export function CreateWebhookDialog({ opened, onClose, onMade }: CreateWebhookDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={webhookTexts.dialog.title}>
      <CreateWebhookForm onCancel={onClose} onMade={onMade} />
    </Modal>
  );
}
