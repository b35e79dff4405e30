import { Button } from "@mantine/core";
import { IconFilterOff, IconHierarchy2, IconLayoutGrid, IconPlus } from "@tabler/icons-react";
import { Link } from "react-router";
import { workflowTexts as texts } from "@/features/workflows/texts";
import type { WorkflowFilterState } from "@/features/workflows/workflow-filters";
import { EmptyState } from "@/shared/ui/empty-state";

type WorkflowEmptyProps = { filters: WorkflowFilterState; mayEdit: boolean; onCreate: () => void };

export function WorkflowEmpty({ filters, mayEdit, onCreate }: WorkflowEmptyProps) {
  if (filters.isFiltered) return <NoMatch onClear={filters.clear} />;
  return (
    <EmptyState
      icon={<IconHierarchy2 size={28} />}
      title={texts.empty.title}
      description={mayEdit ? texts.empty.description : texts.emptyReadOnly}
      actions={mayEdit ? <FirstSteps onCreate={onCreate} /> : null}
    />
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<IconFilterOff size={28} />}
      title={texts.noMatch.title}
      description={texts.noMatch.description}
      actions={
        <Button variant="default" onClick={onClear}>
          {texts.noMatch.clear}
        </Button>
      }
    />
  );
}

function FirstSteps({ onCreate }: { onCreate: () => void }) {
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={onCreate}>
        {texts.create}
      </Button>
      <Button component={Link} to="/templates" variant="default" leftSection={<IconLayoutGrid size={16} />}>
        {texts.empty.templates}
      </Button>
    </>
  );
}
