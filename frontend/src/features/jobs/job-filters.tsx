import { Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { jobTexts as texts } from "@/features/jobs/texts";
import { JOB_STATUSES, TRIGGERS } from "@/shared/api/schemas";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import type { useUrlFilters } from "@/shared/lib/use-url-filters";
import { triggerLabel, uiTexts } from "@/shared/ui/texts";

type Filters = ReturnType<typeof useUrlFilters<"workflow" | "status" | "triggered_by" | "page">>;

const STATUS_OPTIONS = JOB_STATUSES.map((value) => ({ value, label: uiTexts.jobStatus[value] }));
const TRIGGER_OPTIONS = TRIGGERS.map((value) => ({ value, label: triggerLabel(value) }));

export function JobFilters({ filters }: { filters: Filters }) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const options = workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? [];
  return (
    <Group gap="sm" mb="md" grow preventGrowOverflow={false}>
      <Select
        aria-label={texts.filters.workflow}
        placeholder={texts.any.workflow}
        data={options}
        value={filters.value("workflow") || null}
        onChange={(value) => filters.set("workflow", value)}
        searchable
        clearable
      />
      <Select
        aria-label={texts.filters.status}
        placeholder={texts.any.status}
        data={STATUS_OPTIONS}
        value={filters.value("status") || null}
        onChange={(value) => filters.set("status", value)}
        clearable
      />
      <Select
        aria-label={texts.filters.trigger}
        placeholder={texts.any.trigger}
        data={TRIGGER_OPTIONS}
        value={filters.value("triggered_by") || null}
        onChange={(value) => filters.set("triggered_by", value)}
        clearable
      />
    </Group>
  );
}
