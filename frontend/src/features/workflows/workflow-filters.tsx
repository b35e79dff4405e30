import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { workflowTexts as texts } from "@/features/workflows/texts";
import { workflowLabelsQuery } from "@/shared/api/workflow-queries";
import type { useUrlFilters } from "@/shared/lib/use-url-filters";
import { FilterSelect } from "@/shared/ui/filter-select";
import { SearchInput } from "@/shared/ui/search-input";

export type WorkflowFilterState = ReturnType<
  typeof useUrlFilters<"search" | "status" | "is_active" | "folder" | "tag" | "page">
>;

const STATUSES = optionsOf({
  draft: texts.status.draft,
  published: texts.status.published,
  changed: texts.status.changed,
});
const ACTIVE = optionsOf({ true: texts.active.on, false: texts.active.off });

type WorkflowFiltersProps = { filters: WorkflowFilterState };

export function WorkflowFilters({ filters }: WorkflowFiltersProps) {
  const labels = useQuery(workflowLabelsQuery).data;
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
      {labels?.folders.length ? (
        <FilterSelect
          label={texts.folderFilter}
          any={texts.any.folder}
          options={countedOptions(labels.folders)}
          value={filters.value("folder")}
          onChange={(value) => filters.set("folder", value)}
        />
      ) : null}
      {labels?.tags.length ? (
        <FilterSelect
          label={texts.tagFilter}
          any={texts.any.tag}
          options={countedOptions(labels.tags)}
          value={filters.value("tag")}
          onChange={(value) => filters.set("tag", value)}
        />
      ) : null}
    </Group>
  );
}

function countedOptions(found: readonly { name: string; count: number }[]) {
  return found.map(({ name, count }) => ({ value: name, label: texts.counted(name, count) }));
}

function optionsOf(labels: Record<string, string>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
