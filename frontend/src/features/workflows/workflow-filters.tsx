import { Group, Select } from "@mantine/core";
import { workflowTexts as texts } from "@/features/workflows/texts";
import type { useUrlFilters } from "@/shared/lib/use-url-filters";
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
      <Select
        aria-label={texts.statusFilter}
        placeholder={texts.any.status}
        data={STATUSES}
        value={filters.value("status") || null}
        onChange={(value) => filters.set("status", value)}
        clearable
      />
      <Select
        aria-label={texts.activeFilter}
        placeholder={texts.any.active}
        data={ACTIVE}
        value={filters.value("is_active") || null}
        onChange={(value) => filters.set("is_active", value)}
        clearable
      />
    </Group>
  );
}

function optionsOf(labels: Record<string, string>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
