import { Group, Switch, Text } from "@mantine/core";
import { webhookTexts as texts } from "@/features/webhooks/texts";
import { useToggleWebhook } from "@/features/webhooks/toggle-webhook";
import type { WebhookMenuActions } from "@/features/webhooks/webhook-menu";
import { WebhookMenu } from "@/features/webhooks/webhook-menu";
import type { Webhook } from "@/shared/api/schemas";
import { CopyButton } from "@/shared/ui/copy-button";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RelativeTime } from "@/shared/ui/relative-time";
import { TextLink } from "@/shared/ui/text-link";

type WebhookTableProps = WebhookMenuActions & { webhooks: readonly Webhook[]; mayManage: boolean };

export function WebhookTable({ webhooks, mayManage, ...actions }: WebhookTableProps) {
  const columns: Column<Webhook>[] = [
    ...READ_COLUMNS,
    {
      key: "active",
      title: texts.columns.active,
      from: "sm",
      cell: (webhook) => <ActiveSwitch webhook={webhook} disabled={!mayManage} />,
    },
    {
      key: "actions",
      title: "",
      align: "right",
      cell: (webhook) => <WebhookMenu webhook={webhook} mayManage={mayManage} {...actions} />,
    },
  ];
  return <DataTable label={texts.table} rows={webhooks} columns={columns} rowKey={({ id }) => id} />;
}

const RESPOND: Record<string, string> = texts.respond;

const READ_COLUMNS: readonly Column<Webhook>[] = [
  { key: "workflow", title: texts.columns.workflow, cell: (webhook) => <WorkflowCell webhook={webhook} /> },
  { key: "auth", title: texts.columns.auth, from: "md", cell: ({ auth }) => texts.auth[auth] },
  {
    key: "respond",
    title: texts.columns.respond,
    from: "md",
    cell: ({ respond }) => RESPOND[respond] ?? respond,
  },
  {
    key: "called",
    title: texts.columns.called,
    from: "sm",
    cell: ({ last_called_at }) => <RelativeTime value={last_called_at} fallback={texts.never} />,
  },
];

function WorkflowCell({ webhook }: { webhook: Webhook }) {
  const place = webhook.workflow_slug ?? webhook.workflow;
  return (
    <>
      <TextLink to={`/workflows/${place}`} strong>
        {nameOf(webhook)}
      </TextLink>
      {webhook.url ? (
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" ff="monospace" maw={{ base: "40vw", sm: "20vw", lg: 330 }} truncate>
            {webhook.methods.join(" ")} {webhook.url}
          </Text>
          <CopyButton value={webhook.url} label={texts.actions.copyUrl} />
        </Group>
      ) : null}
    </>
  );
}

function ActiveSwitch({ webhook, disabled }: { webhook: Webhook; disabled: boolean }) {
  const toggle = useToggleWebhook();
  return (
    <Switch
      aria-label={texts.actions.active(nameOf(webhook))}
      checked={toggle.isPending ? !webhook.is_active : webhook.is_active}
      disabled={disabled}
      onChange={() => toggle.mutate(webhook)}
    />
  );
}

function nameOf({ workflow_name, workflow }: Webhook): string {
  return workflow_name ?? workflow;
}
