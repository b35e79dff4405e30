import { Anchor } from "@mantine/core";
import { IconBan, IconCircleCheck, IconCircleX, IconClockHour4, IconClockX } from "@tabler/icons-react";
import type { Approval } from "@/features/approvals/approval-queries";
import { approvalTexts as texts } from "@/features/approvals/texts";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RelativeTime } from "@/shared/ui/relative-time";
import { StatusBadge } from "@/shared/ui/status-badge";

const LOOKS = {
  pending: { tone: "warning", icon: IconClockHour4 },
  approved: { tone: "success", icon: IconCircleCheck },
  rejected: { tone: "danger", icon: IconCircleX },
  expired: { tone: "neutral", icon: IconClockX },
  cancelled: { tone: "neutral", icon: IconBan },
} as const;

type ApprovalTableProps = { approvals: readonly Approval[]; onShow: (id: string) => void };

export function ApprovalTable({ approvals, onShow }: ApprovalTableProps) {
  return (
    <DataTable label={texts.table} rows={approvals} columns={columnsFor(onShow)} rowKey={({ id }) => id} />
  );
}

function columnsFor(onShow: (id: string) => void): Column<Approval>[] {
  return [
    {
      key: "title",
      title: texts.columns.title,
      cell: ({ id, title }) => (
        <Anchor
          component="button"
          type="button"
          ta="left"
          onClick={() => onShow(id)}
          aria-label={texts.open(title)}
        >
          {title}
        </Anchor>
      ),
    },
    {
      key: "workflow",
      title: texts.columns.workflow,
      from: "sm",
      cell: ({ workflow_name }) => workflow_name,
    },
    {
      key: "approvers",
      title: texts.columns.approvers,
      from: "md",
      cell: ({ approvers }) => approvers.join(", ") || texts.everybody,
    },
    {
      key: "asked",
      title: texts.columns.asked,
      from: "xs",
      cell: ({ created_at }) => <RelativeTime value={created_at} />,
    },
    {
      key: "status",
      title: texts.columns.status,
      cell: ({ status }) => <StatusBadge {...LOOKS[status]} label={texts.status[status]} />,
    },
  ];
}
