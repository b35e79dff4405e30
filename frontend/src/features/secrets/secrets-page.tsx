import { Badge, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Secret } from "@/features/secrets/secret-queries";
import { secretListQuery, useDeleteSecret } from "@/features/secrets/secret-queries";
import { secretTexts as texts } from "@/features/secrets/texts";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";
import { RelativeTime } from "@/shared/ui/relative-time";
import { RowActions } from "@/shared/ui/row-actions";
import { useEditing } from "@/shared/ui/use-editing";

const SecretForm = later(
  async () => (await import("@/features/secrets/secret-form")).SecretForm,
  () => true,
);

export function SecretsPage() {
  const mayManage = useMay("secret.manage");
  const editing = useEditing<Secret>();
  return (
    <ListPage
      texts={texts}
      icon={IconLock}
      query={useQuery(secretListQuery)}
      onCreate={mayManage ? editing.create : undefined}
      table={(secrets) => <SecretTable secrets={secrets} mayManage={mayManage} onEdit={editing.edit} />}
    >
      <EditModal editing={editing} title={(secret) => (secret ? texts.edit(secret.key) : texts.create)}>
        {(secret) => <SecretForm secret={secret} onClose={editing.close} />}
      </EditModal>
    </ListPage>
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
      <RowActions
        editLabel={texts.edit(secret.key)}
        removeLabel={texts.remove.of(secret.key)}
        onEdit={() => onEdit(secret)}
        onRemove={() => void remove(secret)}
      />
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
