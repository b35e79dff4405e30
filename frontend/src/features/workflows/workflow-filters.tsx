import { Group } from "@mantine/core";
import { workflowTexts as texts } from "@/features/workflows/texts";
import type { useUrlFilters } from "@/shared/lib/use-url-filters";
import { FilterSelect } from "@/shared/ui/filter-select";
import { SearchInput } from "@/shared/ui/search-input";

export type WorkflowFilterState = ReturnType<
  typeof useUrlFilters<"search" | "status" | "is_active" | "page">
>;

const STATUSES = optionsOf({
  draft: texts.status.draft,
  published: texts.status.published,
  changed: texts.status.changed,
});
const ACTIVE = optionsOf({ true: texts.active.on, false: texts.active.off });

type WorkflowFiltersProps = { filters: WorkflowFilterState };

export function WorkflowFilters({ filters }: WorkflowFiltersProps) {
  return (
    <Group gap="sm" mb="md" grow preventGrowOverflow={false}>
      <SearchInput
        key={filters.isFiltered ? "filtered" : "all"}
        label={texts.search}
        value={filters.value("search")}
        onChange={(value) => filters.set("search", value)}
      />
      <FilterSelect
        label={texts.statusFilter}
        any={texts.any.status}
        options={STATUSES}
        value={filters.value("status")}
        onChange={(value) => filters.set("status", value)}
      />
      <FilterSelect
        label={texts.activeFilter}
        any={texts.any.active}
        options={ACTIVE}
        value={filters.value("is_active")}
        onChange={(value) => filters.set("is_active", value)}
      />
    </Group>
  );
}

function optionsOf(labels: Record<string, string>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
