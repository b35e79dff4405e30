import { Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { sandboxTexts as texts } from "@/features/sandbox/texts";
import type { SandboxLanguage } from "@/shared/api/sandbox";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { StatusBadge } from "@/shared/ui/status-badge";

const COLUMNS: readonly Column<SandboxLanguage>[] = [
  { key: "name", title: texts.languageColumns.name, cell: ({ title }) => title },
  {
    key: "state",
    title: texts.languageColumns.state,
    cell: ({ available }) =>
      available ? (
        <StatusBadge tone="success" icon={IconCircleCheck} label={texts.available} />
      ) : (
        <StatusBadge tone="neutral" icon={IconCircleDashed} label={texts.missing} />
      ),
  },
  {
    key: "detail",
    title: texts.languageColumns.detail,
    from: "sm",
    cell: ({ detail }) => (
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {detail}
      </Text>
    ),
  },
];

export function LanguageTable({ languages }: { languages: readonly SandboxLanguage[] }) {
  return <DataTable label={texts.languages} rows={languages} columns={COLUMNS} rowKey={({ name }) => name} />;
}
