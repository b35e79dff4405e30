import { Alert, Badge, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconPlus, IconRocket, IconWebhook } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TriggerType } from "@/features/editor/model/edit-triggers";
import { TRIGGER_TYPES, withTrigger } from "@/features/editor/model/edit-triggers";
import { otherWebhooks } from "@/features/editor/model/webhook-rows";
import classes from "@/features/editor/panel/panel.module.css";
import { TriggerCard } from "@/features/editor/panel/trigger-card";
import { WebhookAddress } from "@/features/editor/panel/webhook-address";
import { addWebhook, webhooksQuery } from "@/features/editor/store/api";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectCanEdit,
  selectDefinition,
  selectEdit,
  selectWebhooks,
  selectWorkflow,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import type { Webhook } from "@/shared/api/schemas";
import { notifyError } from "@/shared/ui/notify";

/** What starts the workflow: its webhooks with their addresses, and the triggers that the document brings. */
export function TriggersTab() {
  const webhooks = useEditor(selectWebhooks);
  const definition = useEditor(selectDefinition);
  const canEdit = useEditor(selectCanEdit);
  const { publishedVersion } = useEditor(selectWorkflow);
  const add = useAddWebhook();
  const written = (definition.triggers ?? []).filter(({ id }) => id);
  const others = otherWebhooks(definition, webhooks);
  return (
    <Stack gap="md" className={classes.content}>
      {others.length === 0 && written.length === 0 ? (
        <Text size="sm" c="dimmed">
          {texts.panel.noTriggers}
        </Text>
      ) : null}
      {webhooks.length > 0 && publishedVersion === null ? (
        <Alert color="blue" variant="light" p="xs" icon={<IconRocket size={16} aria-hidden />}>
          <Text size="xs">{texts.panel.publishFirst}</Text>
        </Alert>
      ) : null}
      {others.map((webhook) => (
        <WebhookCard key={webhook.id} webhook={webhook} />
      ))}
      {written.map((trigger) => (
        <TriggerCard key={trigger.id} trigger={trigger} />
      ))}
      {written.length > 0 ? (
        <Text size="xs" c="dimmed">
          {texts.triggers.withPublishing}
        </Text>
      ) : null}
      <AddTrigger />
      <Button
        variant="light"
        leftSection={<IconPlus size={16} />}
        disabled={!canEdit}
        loading={add.isPending}
        onClick={() => add.mutate()}
      >
        {texts.panel.addWebhook}
      </Button>
    </Stack>
  );
}

/** What the document can be started by besides; live with the next publishing. */
function AddTrigger() {
  const definition = useEditor(selectDefinition);
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const add = (type: TriggerType) =>
    edit({ kind: "update_triggers", triggers: withTrigger(definition, { type, timezone }) });
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <Button variant="light" leftSection={<IconPlus size={16} />} disabled={!canEdit}>
          {texts.triggers.add}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {TRIGGER_TYPES.map((type) => (
          <Menu.Item key={type} onClick={() => add(type)}>
            {texts.triggers.types[type]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A webhook that is no trigger of the document: its settings are on the page of webhooks. */
function WebhookCard({ webhook }: { webhook: Webhook }) {
  return (
    <section className={classes.webhook} aria-label={texts.triggers.types.webhook}>
      <Group gap={8} mb={6}>
        <IconWebhook size={18} stroke={1.8} aria-hidden />
        <Text size="sm" fw={600} flex={1}>
          {texts.triggers.types.webhook}
        </Text>
        {webhook.methods.map((method) => (
          <Badge key={method} size="sm" variant="light">
            {method}
          </Badge>
        ))}
      </Group>
      <WebhookAddress webhook={webhook} />
      {webhook.trigger_id ? (
        <Text size="xs" c="dimmed" mt="xs">
          {texts.triggers.untilPublished(webhook.trigger_id)}
        </Text>
      ) : null}
    </section>
  );
}

function useAddWebhook() {
  const { id } = useEditor(selectWorkflow);
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => addWebhook(id),
    onSuccess: () => client.invalidateQueries({ queryKey: webhooksQuery(id).queryKey }),
    onError: (error) => notifyError({ title: texts.panel.addWebhookFailed, error }),
  });
}
