import { SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { startTexts } from "@/features/start/texts";
import { api } from "@/shared/api/client";
import { insightAlertsQuery, insightsQuery } from "@/shared/api/insights-queries";
import { jobListQuery } from "@/shared/api/job-queries";
import type { JobSummary } from "@/shared/api/schemas";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { Figure } from "@/shared/ui/figure";
import { PageSection } from "@/shared/ui/page-section";
import { RelativeTime } from "@/shared/ui/relative-time";
import { JobStatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";

const texts = startTexts.lately;
const figures = startTexts.figures;

/** Figures of the week and the latest jobs. */
export function Lately() {
  const jobs = useQuery({ ...jobListQuery({ limit: 5 }), refetchInterval: 8000 });
  const rows = jobs.data?.results ?? [];
  return (
    <Stack gap="lg">
      <Week />
      <PageSection title={texts.title} actions={<TextLink to="/jobs">{texts.all}</TextLink>}>
        {rows.length ? (
          <DataTable label={texts.title} rows={rows} columns={COLUMNS} rowKey={({ id }) => id} />
        ) : (
          <Text size="sm" c="dimmed">
            {texts.none}
          </Text>
        )}
      </PageSection>
    </Stack>
  );
}

function Week() {
  const week = useQuery(insightsQuery({ days: 7 })).data?.jobs;
  const waiting = useQuery(waitingQuery).data ?? 0;
  const alerts = useQuery(insightAlertsQuery).data?.results.filter(({ is_open }) => is_open).length ?? 0;
  const rate = week?.success_rate ?? null;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} aria-label={figures.title}>
      <Figure label={figures.jobs} value={(week?.total ?? 0).toLocaleString()} />
      <Figure label={figures.success} value={rate === null ? figures.none : `${Math.round(rate * 100)} %`} />
      <Figure label={figures.waiting} value={waiting ? <TextLink to="/approvals">{waiting}</TextLink> : 0} />
      <Figure label={figures.alerts} value={alerts ? <TextLink to="/insights">{alerts}</TextLink> : 0} />
    </SimpleGrid>
  );
}

const waitingQuery = {
  queryKey: ["approvals", "waiting"],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const query = { status: "pending", limit: 1 };
    return (await api.get("/api/approvals/", { schema: z.object({ count: z.number() }), query, signal }))
      .count;
  },
};

const COLUMNS: readonly Column<JobSummary>[] = [
  {
    key: "workflow",
    title: texts.columns.workflow,
    cell: ({ id, workflow_name, workflow }) => (
      <TextLink to={`/jobs/${id}`} strong>
        {workflow_name ?? workflow}
      </TextLink>
    ),
  },
  { key: "status", title: texts.columns.status, cell: ({ status }) => <JobStatusBadge status={status} /> },
  {
    key: "created",
    title: texts.columns.created,
    from: "sm",
    align: "right",
    cell: ({ created_at }) => <RelativeTime value={created_at} />,
  },
];
