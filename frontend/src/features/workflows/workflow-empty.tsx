import { Button } from "@mantine/core";
import { IconFilterOff, IconHierarchy2, IconPlus, IconSparkles } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { useCreateWorkflow } from "@/features/workflows/create-workflow";
import { exampleWorkflow } from "@/features/workflows/example-workflow";
import { workflowTexts as texts } from "@/features/workflows/texts";
import type { WorkflowFilterState } from "@/features/workflows/workflow-filters";
import { EmptyState } from "@/shared/ui/empty-state";
import { notifyError } from "@/shared/ui/notify";

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
  const navigate = useNavigate();
  const create = useCreateWorkflow();
  const openExample = () =>
    create.mutate(exampleWorkflow, {
      onSuccess: ({ slug }) => navigate(`/workflows/${slug}`),
      onError: (error) => notifyError({ title: texts.empty.exampleFailed, error }),
    });
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={onCreate}>
        {texts.create}
      </Button>
      <Button
        variant="default"
        leftSection={<IconSparkles size={16} />}
        loading={create.isPending}
        onClick={openExample}
      >
        {texts.empty.example}
      </Button>
    </>
  );
}
