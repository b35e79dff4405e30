import { Modal } from "@mantine/core";
import { CreateWebhookForm } from "@/features/webhooks/create-webhook-form";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook } from "@/shared/api/schemas";
import { uiTexts } from "@/shared/ui/texts";

type CreateWebhookDialogProps = { opened: boolean; onClose: () => void; onMade: (webhook: Webhook) => void };

export function CreateWebhookDialog({ opened, onClose, onMade }: CreateWebhookDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={webhookTexts.dialog.title}
      closeButtonProps={{ "aria-label": uiTexts.close }}
    >
      <CreateWebhookForm onCancel={onClose} onMade={onMade} />
    </Modal>
  );
}
