import { Group, Text } from "@mantine/core";
import type { StepFilter } from "@/features/jobs/shown-steps";
import { jobTexts } from "@/features/jobs/texts";
import { STEP_STATUSES } from "@/shared/api/schemas";
import { FilterSelect } from "@/shared/ui/filter-select";
import { SearchInput } from "@/shared/ui/search-input";
import { uiTexts } from "@/shared/ui/texts";

const texts = jobTexts.step;
const STATUSES = STEP_STATUSES.map((value) => ({ value, label: uiTexts.stepStatus[value] }));

type StepFiltersProps = {
  filter: StepFilter;
  count: number;
  onChange: (change: Partial<StepFilter>) => void;
};

/** Finds a step among those of a long loop. */
export function StepFilters({ filter: { text, status }, count, onChange }: StepFiltersProps) {
  return (
    <Group gap="sm">
      <SearchInput label={texts.find} value={text} onChange={(next) => onChange({ text: next })} />
      <FilterSelect
        label={texts.status}
        any={texts.anyStatus}
        options={STATUSES}
        value={status}
        onChange={(next) => onChange({ status: STEP_STATUSES.find((known) => known === next) ?? "" })}
      />
      <Text size="sm" c="dimmed" role="status">
        {texts.found(count)}
      </Text>
    </Group>
  );
}
