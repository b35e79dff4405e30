import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Circuits } from "@/features/system/circuits";
import type { Part, Worker } from "@/features/system/system-queries";
import { checkupQuery } from "@/features/system/system-queries";
import { systemTexts as texts } from "@/features/system/texts";
import { JOB_STATUSES } from "@/shared/api/schemas";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { Figure } from "@/shared/ui/figure";
import { PageFrame } from "@/shared/ui/page-frame";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { StatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";
import { uiTexts } from "@/shared/ui/texts";

const PARTS: Record<string, { name: string; what: string }> = texts.part;
const LIVE = JOB_STATUSES.slice(0, 5);

export function SystemPage() {
  const checkup = useQuery(checkupQuery);
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <QueryView query={checkup} failed={texts.loadFailed}>
        {({ parts, workers, jobs, version }) => (
          <Stack gap="xl">
            <Verdict parts={parts} version={version} />
            <PageSection title={texts.parts}>
              <DataTable
                label={texts.parts}
                rows={parts}
                columns={PART_COLUMNS}
                rowKey={({ name }) => name}
              />
            </PageSection>
            <PageSection title={texts.jobs.title}>
              <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }}>
                {LIVE.map((status) => (
                  <Figure
                    key={status}
                    label={uiTexts.jobStatus[status]}
                    value={
                      jobs[status] ? (
                        <TextLink to={`/jobs?status=${status}`}>{jobs[status].toLocaleString()}</TextLink>
                      ) : (
                        0
                      )
                    }
                  />
                ))}
              </SimpleGrid>
            </PageSection>
            <Circuits />
            <PageSection title={texts.workers.title}>
              <Workers workers={workers} />
            </PageSection>
          </Stack>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Verdict({ parts, version }: { parts: readonly Part[]; version: string }) {
  const ill = parts.filter(({ ok }) => !ok).length;
  return (
    <Group gap="sm" role="status">
      <StatusBadge
        tone={ill ? "warning" : "success"}
        icon={ill ? IconAlertTriangle : IconCircleCheck}
        label={ill ? texts.notWell(ill) : texts.allWell}
      />
      <Text size="sm" c="dimmed">
        {texts.version(version)}
      </Text>
    </Group>
  );
}

function Workers({ workers }: { workers: readonly Worker[] }) {
  if (workers.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {texts.workers.none}
      </Text>
    );
  }
  return (
    <DataTable
      label={texts.workers.title}
      rows={workers}
      columns={WORKER_COLUMNS}
      rowKey={({ host, pid }) => `${host}/${pid}`}
    />
  );
}

const PART_COLUMNS: readonly Column<Part>[] = [
  {
    key: "name",
    title: texts.columns.part,
    cell: ({ name }) => (
      <>
        <Text size="sm" fw={550}>
          {PARTS[name]?.name ?? name}
        </Text>
        <Text size="xs" c="dimmed">
          {PARTS[name]?.what}
        </Text>
      </>
    ),
  },
  {
    key: "state",
    title: texts.columns.state,
    cell: ({ ok, needed }) =>
      ok ? (
        <StatusBadge tone="success" icon={IconCircleCheck} label={texts.well} />
      ) : (
        <StatusBadge tone={needed ? "danger" : "warning"} icon={IconCircleX} label={texts.needsCare} />
      ),
  },
  {
    key: "detail",
    title: texts.columns.detail,
    from: "sm",
    cell: ({ detail }) => (
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {detail}
      </Text>
    ),
  },
];

const WORKER_COLUMNS: readonly Column<Worker>[] = [
  { key: "host", title: texts.workers.columns.host, cell: ({ host }) => host },
  { key: "pid", title: texts.workers.columns.pid, align: "right", cell: ({ pid }) => pid },
  {
    key: "since",
    title: texts.workers.columns.since,
    from: "sm",
    cell: ({ started_at }) => <RelativeTime value={started_at} />,
  },
  {
    key: "seen",
    title: texts.workers.columns.seen,
    cell: ({ seen_at }) => <RelativeTime value={seen_at} />,
  },
];
