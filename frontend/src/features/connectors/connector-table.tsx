import { ActionIcon, Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useDeleteConnector } from "@/features/connectors/connector-mutations";
import { SignInButton } from "@/features/connectors/sign-in-button";
import { needsSignIn } from "@/features/connectors/signing-in";
import { connectorTexts as texts } from "@/features/connectors/texts";
import type { Connector } from "@/shared/api/connector-queries";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RelativeTime } from "@/shared/ui/relative-time";

type ConnectorTableProps = {
  connectors: readonly Connector[];
  mayManage: boolean;
  onEdit: (connector: Connector) => void;
};

export function ConnectorTable({ connectors, mayManage, onEdit }: ConnectorTableProps) {
  const remove = useDeleteConnector();
  const actions: Column<Connector> = {
    key: "actions",
    title: "",
    align: "right",
    cell: (connector) => (
      <Group gap={4} justify="flex-end" wrap="nowrap">
        {needsSignIn(connector) ? <SignInButton connector={connector} /> : null}
        <RowAction label={texts.edit(connector.name)} onClick={() => onEdit(connector)}>
          <IconPencil size={18} />
        </RowAction>
        <RowAction label={texts.remove.of(connector.name)} onClick={() => void remove(connector)}>
          <IconTrash size={18} />
        </RowAction>
      </Group>
    ),
  };
  const columns = mayManage ? [...COLUMNS, actions] : COLUMNS;
  return <DataTable label={texts.table} rows={connectors} columns={columns} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<Connector>[] = [
  {
    key: "name",
    title: texts.columns.name,
    cell: ({ name, slug }) => (
      <>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {slug}
        </Text>
      </>
    ),
  },
  { key: "type", title: texts.columns.type, cell: ({ type }) => type },
  {
    key: "test",
    title: texts.columns.test,
    from: "xs",
    cell: (connector) => <LastTest connector={connector} />,
  },
  {
    key: "used",
    title: texts.columns.used,
    from: "sm",
    cell: ({ last_used }) => <RelativeTime value={last_used} fallback={texts.never} />,
  },
  {
    key: "users",
    title: texts.columns.users,
    from: "md",
    cell: ({ used_by }) => (used_by.length ? texts.users(used_by.length) : "–"),
  },
];

function LastTest({ connector: { last_test, missing } }: { connector: Connector }) {
  if (missing.length) return <Badge color="orange">{texts.incomplete}</Badge>;
  if (!last_test) return <Text size="sm">{texts.untested}</Text>;
  return (
    <Tooltip label={last_test.message}>
      <Badge color={last_test.ok ? "green" : "red"}>{last_test.ok ? texts.works : texts.fails}</Badge>
    </Tooltip>
  );
}

type RowActionProps = { label: string; onClick: () => void; children: React.ReactNode };

function RowAction({ label, onClick, children }: RowActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
