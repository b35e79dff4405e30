import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useRevokeApiKey } from "@/features/api-keys/revoke-api-key";
import { apiKeyTexts as texts } from "@/features/api-keys/texts";
import type { ApiKey } from "@/shared/api/schemas";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RelativeTime } from "@/shared/ui/relative-time";

const SCOPES: Record<string, string> = texts.scope;

const COLUMNS: readonly Column<ApiKey>[] = [
  {
    key: "name",
    title: texts.columns.name,
    cell: ({ name, prefix }) => (
      <>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {prefix}…
        </Text>
      </>
    ),
  },
  { key: "scope", title: texts.columns.scope, cell: ({ scope }) => SCOPES[scope] ?? scope },
  {
    key: "used",
    title: texts.columns.used,
    from: "sm",
    cell: ({ last_used_at }) => <RelativeTime value={last_used_at} fallback={texts.never} />,
  },
  {
    key: "created",
    title: texts.columns.created,
    from: "md",
    cell: ({ created_at }) => <RelativeTime value={created_at} />,
  },
  {
    key: "expires",
    title: texts.columns.expires,
    from: "sm",
    cell: ({ expires_at }) => <RelativeTime value={expires_at} fallback={texts.never} />,
  },
  { key: "actions", title: "", align: "right", cell: (key) => <RevokeButton apiKey={key} /> },
];

export function ApiKeyTable({ apiKeys }: { apiKeys: readonly ApiKey[] }) {
  return <DataTable label={texts.table} rows={apiKeys} columns={COLUMNS} rowKey={({ id }) => id} />;
}

function RevokeButton({ apiKey }: { apiKey: ApiKey }) {
  const revoke = useRevokeApiKey();
  const label = texts.revoke.of(apiKey.name);
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => void revoke(apiKey)}>
        <IconTrash size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
