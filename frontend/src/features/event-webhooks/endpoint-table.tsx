import { ActionIcon, Badge, Group, Switch, Text } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import type { Endpoint } from "@/features/event-webhooks/endpoint-queries";
import { useDeleteEndpoint, useToggleEndpoint } from "@/features/event-webhooks/endpoint-queries";
import { eventWebhookTexts as texts } from "@/features/event-webhooks/texts";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RowActions } from "@/shared/ui/row-actions";
import { TextLink } from "@/shared/ui/text-link";

type Show = (endpoint: Endpoint) => void;
type EndpointTableProps = {
  endpoints: readonly Endpoint[];
  mayManage: boolean;
  onEdit: Show;
  onDeliveries: Show;
};

export function EndpointTable({ endpoints, mayManage, onEdit, onDeliveries }: EndpointTableProps) {
  const columns: Column<Endpoint>[] = [
    ...COLUMNS,
    {
      key: "active",
      title: texts.columns.active,
      cell: (endpoint) => <ActiveSwitch endpoint={endpoint} disabled={!mayManage} />,
    },
    {
      key: "actions",
      title: "",
      align: "right",
      cell: (endpoint) =>
        mayManage ? (
          <Actions endpoint={endpoint} onEdit={onEdit} onDeliveries={onDeliveries} />
        ) : (
          <DeliveriesButton endpoint={endpoint} onDeliveries={onDeliveries} />
        ),
    },
  ];
  return <DataTable label={texts.table} rows={endpoints} columns={columns} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<Endpoint>[] = [
  {
    key: "url",
    title: texts.columns.url,
    cell: ({ url }) => (
      <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
        {url}
      </Text>
    ),
  },
  {
    key: "events",
    title: texts.columns.events,
    from: "sm",
    cell: ({ events }) => (
      <Group gap={4}>
        {events.map((event) => (
          <Badge key={event} variant="light" tt="none">
            {event}
          </Badge>
        ))}
      </Group>
    ),
  },
  {
    key: "workflow",
    title: texts.columns.workflow,
    from: "md",
    cell: ({ workflow }) =>
      workflow ? <TextLink to={`/workflows/${workflow}`}>{workflow}</TextLink> : texts.everywhere,
  },
];

function ActiveSwitch({ endpoint, disabled }: { endpoint: Endpoint; disabled: boolean }) {
  const toggle = useToggleEndpoint();
  return (
    <Switch
      aria-label={texts.active(endpoint.url)}
      checked={toggle.isPending ? !endpoint.is_active : endpoint.is_active}
      disabled={disabled}
      onChange={() => toggle.mutate(endpoint)}
    />
  );
}

function DeliveriesButton({ endpoint, onDeliveries }: { endpoint: Endpoint; onDeliveries: Show }) {
  return (
    <ActionIcon aria-label={texts.deliveriesOf(endpoint.url)} onClick={() => onDeliveries(endpoint)}>
      <IconListDetails size={18} />
    </ActionIcon>
  );
}

type ActionsProps = { endpoint: Endpoint; onEdit: Show; onDeliveries: Show };

function Actions({ endpoint, onEdit, onDeliveries }: ActionsProps) {
  const remove = useDeleteEndpoint();
  return (
    <RowActions
      editLabel={texts.edit(endpoint.url)}
      removeLabel={texts.remove.of(endpoint.url)}
      onEdit={() => onEdit(endpoint)}
      onRemove={() => void remove(endpoint)}
    >
      <DeliveriesButton endpoint={endpoint} onDeliveries={onDeliveries} />
    </RowActions>
  );
}
