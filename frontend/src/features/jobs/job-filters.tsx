import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { jobTexts as texts } from "@/features/jobs/texts";
import { JOB_STATUSES, TRIGGERS } from "@/shared/api/schemas";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import type { useUrlFilters } from "@/shared/lib/use-url-filters";
import { FilterSelect } from "@/shared/ui/filter-select";
import { SearchInput } from "@/shared/ui/search-input";
import { triggerLabel, uiTexts } from "@/shared/ui/texts";

type Filters = ReturnType<typeof useUrlFilters<"search" | "workflow" | "status" | "triggered_by" | "page">>;

const STATUS_OPTIONS = JOB_STATUSES.map((value) => ({ value, label: uiTexts.jobStatus[value] }));
const TRIGGER_OPTIONS = TRIGGERS.map((value) => ({ value, label: triggerLabel(value) }));

export function JobFilters({ filters }: { filters: Filters }) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const options = workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? [];
  return (
    <Group gap="sm" mb="md" grow preventGrowOverflow={false}>
      <SearchInput
        key={filters.isFiltered ? "filtered" : "all"}
        label={texts.search}
        value={filters.value("search")}
        onChange={(value) => filters.set("search", value)}
      />
      <FilterSelect
        label={texts.filters.workflow}
        any={texts.any.workflow}
        options={options}
        value={filters.value("workflow")}
        onChange={(value) => filters.set("workflow", value)}
      />
      <FilterSelect
        label={texts.filters.status}
        any={texts.any.status}
        options={STATUS_OPTIONS}
        value={filters.value("status")}
        onChange={(value) => filters.set("status", value)}
      />
      <FilterSelect
        label={texts.filters.trigger}
        any={texts.any.trigger}
        options={TRIGGER_OPTIONS}
        value={filters.value("triggered_by")}
        onChange={(value) => filters.set("triggered_by", value)}
      />
    </Group>
  );
}
