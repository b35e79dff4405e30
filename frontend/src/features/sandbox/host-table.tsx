import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { sandboxTexts as texts } from "@/features/sandbox/texts";
import type { SandboxHost } from "@/shared/api/sandbox";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { StatusBadge } from "@/shared/ui/status-badge";

const COLUMNS: readonly Column<SandboxHost>[] = [
  { key: "address", title: texts.hostColumns.address, cell: ({ address }) => address },
  {
    key: "state",
    title: texts.hostColumns.state,
    cell: ({ ok }) =>
      ok ? (
        <StatusBadge tone="success" icon={IconCircleCheck} label={texts.up} />
      ) : (
        <StatusBadge tone="danger" icon={IconCircleX} label={texts.down} />
      ),
  },
  { key: "isolation", title: texts.hostColumns.isolation, from: "sm", cell: ({ isolation }) => isolation },
];

export function HostTable({ hosts }: { hosts: readonly SandboxHost[] }) {
  return <DataTable label={texts.hosts} rows={hosts} columns={COLUMNS} rowKey={({ address }) => address} />;
}
