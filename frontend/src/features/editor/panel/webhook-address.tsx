import { Alert, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "@/features/editor/panel/panel.module.css";
import { texts } from "@/features/editor/texts";
import type { Webhook } from "@/shared/api/schemas";
import { CopyButton } from "@/shared/ui/copy-button";
import { HelpText } from "@/shared/ui/help-text";

/** Where a webhook is called, and what is worth knowing before the address is given away. */
export function WebhookAddress({ webhook }: { webhook: Webhook }) {
  const url = webhook.url ? new URL(webhook.url, window.location.origin).href : "";
  return (
    <div>
      <Group gap={4} wrap="nowrap">
        <code className={classes.url} title={url}>
          {url || texts.panel.hiddenUrl}
        </code>
        {url ? <CopyButton value={url} label={texts.panel.copyUrl} /> : null}
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        <HelpText text={texts.panel.webhookNames} />
      </Text>
      {webhook.auth === "none" ? (
        <Alert
          color="yellow"
          variant="light"
          p="xs"
          mt="xs"
          icon={<IconAlertTriangle size={16} aria-hidden />}
        >
          <Text size="xs">{texts.panel.openWebhook}</Text>
        </Alert>
      ) : null}
    </div>
  );
}
