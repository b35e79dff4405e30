import { ActionIcon, Badge, Button, Group, Text } from "@mantine/core";
import { IconLock, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Secret } from "@/features/secrets/secret-queries";
import { secretListQuery, useDeleteSecret } from "@/features/secrets/secret-queries";
import { secretTexts as texts } from "@/features/secrets/texts";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EditModal } from "@/shared/ui/edit-modal";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { useEditing } from "@/shared/ui/use-editing";

const SecretForm = later(
  async () => (await import("@/features/secrets/secret-form")).SecretForm,
  () => true,
);

export function SecretsPage() {
  const secrets = useQuery(secretListQuery);
  const mayManage = useMay("secret.manage");
  const editing = useEditing<Secret>();
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={editing.create}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={secrets} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <SecretTable secrets={results} mayManage={mayManage} onEdit={editing.edit} />
          ) : (
            <EmptyState
              icon={<IconLock size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          )
        }
      </QueryView>
      <EditModal editing={editing} title={(secret) => (secret ? texts.edit(secret.key) : texts.create)}>
        {(secret) => <SecretForm secret={secret} onClose={editing.close} />}
      </EditModal>
    </PageFrame>
  );
}

type SecretTableProps = { secrets: readonly Secret[]; mayManage: boolean; onEdit: (secret: Secret) => void };

function SecretTable({ secrets, mayManage, onEdit }: SecretTableProps) {
  const remove = useDeleteSecret();
  const actions: Column<Secret> = {
    key: "actions",
    title: "",
    align: "right",
    cell: (secret) => (
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <ActionIcon aria-label={texts.edit(secret.key)} onClick={() => onEdit(secret)}>
          <IconPencil size={18} />
        </ActionIcon>
        <ActionIcon aria-label={texts.remove.of(secret.key)} onClick={() => void remove(secret)}>
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
    ),
  };
  const columns = mayManage ? [...COLUMNS, actions] : COLUMNS;
  return <DataTable label={texts.table} rows={secrets} columns={columns} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<Secret>[] = [
  {
    key: "key",
    title: texts.columns.key,
    cell: ({ key, description }) => (
      <>
        <Text size="sm" fw={550} ff="monospace">
          {key}
        </Text>
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </>
    ),
  },
  {
    key: "value",
    title: texts.columns.value,
    cell: ({ set, hint }) =>
      set ? <Text size="sm">{texts.set(hint)}</Text> : <Badge color="orange">{texts.unset}</Badge>,
  },
  {
    key: "hosts",
    title: texts.columns.hosts,
    from: "sm",
    cell: ({ allowed_hosts }) => allowed_hosts.join(", ") || texts.anyHost,
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
    cell: ({ used_by }) => used_by.map(({ name }) => name).join(", ") || "–",
  },
];
