import { Group, SegmentedControl, SimpleGrid, Stack } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alerts } from "@/features/insights/alerts";
import { percent, seconds } from "@/features/insights/format";
import { ErrorTable, StepTable, WorkflowTable } from "@/features/insights/tables";
import { insightsTexts as texts } from "@/features/insights/texts";
import { Thresholds } from "@/features/insights/thresholds";
import { Trend } from "@/features/insights/trend";
import type { Insights } from "@/shared/api/insights-queries";
import { insightsQuery } from "@/shared/api/insights-queries";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { EmptyState } from "@/shared/ui/empty-state";
import { Figure } from "@/shared/ui/figure";
import { FilterSelect } from "@/shared/ui/filter-select";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";

const PERIODS = Object.entries(texts.periods).map(([value, label]) => ({ value, label }));
const FILTERS = ["days", "workflow"] as const;

export function InsightsPage() {
  const filters = useUrlFilters(FILTERS);
  const days = filters.value("days") || "7";
  const workflow = filters.value("workflow");
  const figures = useQuery({
    ...insightsQuery({ days: Number(days), workflow }),
    placeholderData: keepPreviousData,
  });
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const options = workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? [];
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <Stack gap="xl">
        <Group gap="md">
          <SegmentedControl
            aria-label={texts.period}
            data={PERIODS}
            value={days}
            onChange={(value) => filters.set("days", value)}
          />
          <FilterSelect
            label={texts.workflow}
            any={texts.anyWorkflow}
            options={options}
            value={workflow}
            onChange={(value) => filters.set("workflow", value)}
          />
        </Group>
        <QueryView query={figures} failed={texts.loadFailed}>
          {(found) => (found.jobs.total ? <Figures found={found} /> : <Nothing />)}
        </QueryView>
        <Alerts />
        <Thresholds />
      </Stack>
    </PageFrame>
  );
}

function Figures({ found }: { found: Insights }) {
  const { jobs, duration, trend, workflows, steps, errors } = found;
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure label={texts.figures.jobs} value={jobs.total.toLocaleString()} />
        <Figure label={texts.figures.success} value={percent(jobs.success_rate)} />
        <Figure label={texts.figures.median} value={seconds(duration.median)} />
        <Figure label={texts.figures.p95} value={seconds(duration.p95)} />
      </SimpleGrid>
      <Trend trend={trend} />
      <WorkflowTable workflows={workflows} />
      <ErrorTable errors={errors.top} />
      <StepTable steps={steps.slice(0, 10)} />
    </>
  );
}

function Nothing() {
  return (
    <EmptyState
      icon={<IconChartBar size={28} />}
      title={texts.empty.title}
      description={texts.empty.description}
    />
  );
}
