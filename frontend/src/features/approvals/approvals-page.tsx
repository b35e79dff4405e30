import { SegmentedControl } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import type { ApprovalFilters } from "@/features/approvals/approval-queries";
import { approvalListQuery } from "@/features/approvals/approval-queries";
import { ApprovalTable } from "@/features/approvals/approval-table";
import { approvalTexts as texts } from "@/features/approvals/texts";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

const DecisionDialog = later(
  async () => (await import("@/features/approvals/decision-dialog")).DecisionDialog,
  ({ id }) => id !== null,
);

const PAGE_SIZE = 50;
const REFRESH_MS = 15_000;
const FILTERS = ["show", "page"] as const;
const SHOWN: Record<string, ApprovalFilters> = {
  mine: { status: "pending", mine: true },
  pending: { status: "pending" },
  all: {},
};

/** The inbox; `/approvals/<id>` opens one question in it. */
export function ApprovalsPage() {
  const filters = useUrlFilters(FILTERS);
  const navigate = useNavigate();
  const { id = null } = useParams();
  const show = filters.value("show") || "mine";
  const approvals = useQuery({
    ...approvalListQuery({ ...SHOWN[show], limit: PAGE_SIZE, offset: (filters.page - 1) * PAGE_SIZE }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <Choice value={show} onChange={(chosen) => filters.set("show", chosen === "mine" ? "" : chosen)} />
      <QueryView query={approvals} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <EmptyState
              icon={<IconUserCheck size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
            />
          ) : (
            <>
              <ApprovalTable approvals={results} onShow={(chosen) => navigate(`/approvals/${chosen}`)} />
              <Pager
                count={count}
                size={PAGE_SIZE}
                page={filters.page}
                onChange={(page) => filters.set("page", String(page))}
              />
            </>
          )
        }
      </QueryView>
      <DecisionDialog id={id} onClose={() => navigate("/approvals")} />
    </PageFrame>
  );
}

/** Which approvals are shown, with how many of them wait. */
function Choice({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const mine = useQuery(approvalListQuery({ ...SHOWN.mine, limit: 1 })).data?.count ?? 0;
  const pending = useQuery(approvalListQuery({ ...SHOWN.pending, limit: 1 })).data?.count ?? 0;
  return (
    <SegmentedControl
      aria-label={texts.filter}
      mb="md"
      value={value}
      onChange={onChange}
      data={[
        { value: "mine", label: `${texts.filters.mine} (${mine})` },
        { value: "pending", label: `${texts.filters.pending} (${pending})` },
        { value: "all", label: texts.filters.all },
      ]}
    />
  );
}
