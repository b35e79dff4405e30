import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { curlCommand } from "@/features/webhooks/curl-command";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook } from "@/shared/api/schemas";
import { CommandBlock } from "@/shared/ui/command-block";
import { ShownOnce } from "@/shared/ui/shown-once";

const texts = webhookTexts.made;

type WebhookDialogProps = { webhook: Webhook | null; onClose: () => void };

/** A webhook's address, its secret if it was just made, and a command to try it with. */
export function WebhookDialog({ webhook, onClose }: WebhookDialogProps) {
  return (
    <Modal
      opened={webhook !== null}
      onClose={onClose}
      title={webhook?.workflow_name ?? texts.title}
      size="lg"
      closeOnClickOutside={!webhook?.secret}
    >
      {webhook ? <Content webhook={webhook} onClose={onClose} /> : null}
    </Modal>
  );
}

function Content({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { url, secret } = webhook;
  return (
    <Stack>
      {url ? (
        <Labelled label={texts.address} value={url} />
      ) : (
        <Alert color="gray">{texts.addressHidden}</Alert>
      )}
      {secret ? <ShownOnce label={texts.secret} value={secret} warning={texts.secretOnce} /> : null}
      {url ? (
        <Labelled
          label={texts.try}
          value={curlCommand({ webhook, url, secret: secret ?? texts.secretPlaceholder })}
        />
      ) : null}
      <Group justify="flex-end">
        <Button onClick={onClose}>{texts.done}</Button>
      </Group>
    </Stack>
  );
}

function Labelled({ label, value }: { label: string; value: string }) {
  return (
    <Stack gap={6}>
      <Text size="sm" fw={550}>
        {label}
      </Text>
      <CommandBlock label={label} value={value} />
    </Stack>
  );
}
