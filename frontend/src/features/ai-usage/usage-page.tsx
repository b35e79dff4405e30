import { Progress, Group as Row, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { BudgetsSection } from "@/features/ai-usage/budgets-section";
import { PricesSection } from "@/features/ai-usage/prices-section";
import { usageTexts as texts } from "@/features/ai-usage/texts";
import { UsageChart } from "@/features/ai-usage/usage-chart";
import type { AiCall, Group, Grouping, Sums } from "@/features/ai-usage/usage-queries";
import { GROUPINGS, groupKey, groupName, money, usageQuery } from "@/features/ai-usage/usage-queries";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { Figure } from "@/shared/ui/figure";
import { PageFrame } from "@/shared/ui/page-frame";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { TextLink } from "@/shared/ui/text-link";

const PERIODS = Object.entries(texts.periods).map(([value, label]) => ({ value, label }));
const BY = GROUPINGS.map((value) => ({ value, label: texts.groupings[value] }));
const DAY = 24 * 3600 * 1000;

export function UsagePage() {
  const [days, setDays] = useState("30");
  const [grouping, setGrouping] = useState<Grouping>("day");
  const [today] = useState(() => Date.now());
  const since = dayOf(today - Number(days) * DAY);
  const usage = useQuery(usageQuery({ grouping, since }));
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <Stack gap="lg">
        <Row gap="lg">
          <SegmentedControl aria-label={texts.period} data={PERIODS} value={days} onChange={setDays} />
          <SegmentedControl aria-label={texts.by} data={BY} value={grouping} onChange={setGrouping} />
        </Row>
        <QueryView query={usage} failed={texts.loadFailed}>
          {({ totals, groups, results }) =>
            totals.calls ? (
              <Stack gap="lg">
                <Totals sums={totals} />
                <UsageChart since={since} until={dayOf(today)} hasCost={(totals.cost ?? 0) > 0} />
                <Groups groups={groups} grouping={grouping} />
                <PageSection title={texts.latest}>
                  <DataTable label={texts.table} rows={results} columns={COLUMNS} rowKey={({ id }) => id} />
                </PageSection>
              </Stack>
            ) : (
              <EmptyState
                icon={<IconSparkles size={28} />}
                title={texts.empty.title}
                description={texts.empty.description}
              />
            )
          }
        </QueryView>
        <BudgetsSection />
        <PricesSection />
      </Stack>
    </PageFrame>
  );
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function Totals({ sums }: { sums: Sums }) {
  return (
    <Stack gap={6}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label={texts.calls} value={sums.calls.toLocaleString()} />
        <Figure label={texts.prompt} value={sums.prompt_tokens.toLocaleString()} />
        <Figure label={texts.completion} value={sums.completion_tokens.toLocaleString()} />
        <Figure label={texts.cost} value={money(sums.cost)} />
      </SimpleGrid>
      {sums.unpriced_calls ? (
        <Text size="xs" c="dimmed">
          {texts.unpriced(sums.unpriced_calls)}
        </Text>
      ) : null}
    </Stack>
  );
}

function Groups({ groups, grouping }: { groups: readonly Group[]; grouping: Grouping }) {
  const most = Math.max(1, ...groups.map(({ total_tokens }) => total_tokens));
  const columns: readonly Column<Group>[] = [
    { key: "name", title: texts.groupings[grouping], cell: (group) => groupName({ group, grouping }) },
    {
      key: "share",
      title: texts.share,
      from: "xs",
      cell: ({ total_tokens }) => (
        <Progress value={(100 * total_tokens) / most} aria-label={texts.share} miw={120} />
      ),
    },
    {
      key: "tokens",
      title: texts.columns.tokens,
      align: "right",
      cell: ({ total_tokens }) => total_tokens.toLocaleString(),
    },
    { key: "calls", title: texts.calls, align: "right", from: "sm", cell: ({ calls }) => calls },
    { key: "cost", title: texts.cost, align: "right", cell: ({ cost }) => money(cost) },
  ];
  return <DataTable label={texts.groups} rows={groups} columns={columns} rowKey={groupKey} />;
}

const COLUMNS: readonly Column<AiCall>[] = [
  { key: "at", title: texts.columns.at, cell: ({ at }) => <RelativeTime value={at} /> },
  {
    key: "workflow",
    title: texts.columns.workflow,
    cell: ({ workflow_name, job }) => <TextLink to={`/jobs/${job}`}>{workflow_name ?? "–"}</TextLink>,
  },
  { key: "step", title: texts.columns.step, from: "sm", cell: ({ step }) => step },
  { key: "model", title: texts.columns.model, from: "xs", cell: ({ model }) => model },
  {
    key: "tokens",
    title: texts.columns.tokens,
    align: "right",
    cell: ({ total_tokens }) => total_tokens.toLocaleString(),
  },
  { key: "cost", title: texts.columns.cost, align: "right", cell: ({ cost }) => money(cost) },
  {
    key: "latency",
    title: texts.columns.latency,
    align: "right",
    from: "md",
    cell: ({ latency }) => `${latency.toFixed(1)} s`,
  },
];
