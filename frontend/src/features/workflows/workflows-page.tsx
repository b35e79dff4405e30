import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFileImport, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { BulkWorkflows } from "@/features/workflows/bulk-workflows";
import { workflowTexts as texts } from "@/features/workflows/texts";
import { WorkflowEmpty } from "@/features/workflows/workflow-empty";
import { WorkflowFilters } from "@/features/workflows/workflow-filters";
import { WorkflowTable } from "@/features/workflows/workflow-table";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

const CreateDialog = later(
  async () => (await import("@/features/workflows/create-dialog")).CreateDialog,
  ({ opened }) => opened,
);
const ImportDialog = later(
  async () => (await import("@/features/workflows/import-dialog")).ImportDialog,
  ({ opened }) => opened,
);

const PAGE_SIZE = 50;
const FILTERS = ["search", "status", "is_active", "folder", "tag", "page"] as const;
const NONE: ReadonlySet<string> = new Set();

export function WorkflowsPage() {
  const filters = useUrlFilters(FILTERS);
  const mayEdit = useMay("workflow.edit");
  const [chosen, setChosen] = useState(NONE);
  const [creating, createDialog] = useDisclosure(false);
  const [importing, importDialog] = useDisclosure(false);
  const workflows = useQuery({
    ...workflowListQuery({
      search: filters.value("search"),
      status: filters.value("status"),
      is_active: filters.value("is_active"),
      folder: filters.value("folder"),
      tag: filters.value("tag"),
      limit: PAGE_SIZE,
      offset: (filters.page - 1) * PAGE_SIZE,
    }),
    placeholderData: keepPreviousData,
  });
  const nothing = workflows.data?.count === 0 && !filters.isFiltered;
  return (
    <PageFrame
      title={texts.title}
      description={texts.description}
      actions={
        mayEdit ? (
          <>
            <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={importDialog.open}>
              {texts.import}
            </Button>
            <Button leftSection={<IconPlus size={16} />} onClick={createDialog.open}>
              {texts.create}
            </Button>
          </>
        ) : null
      }
    >
      {nothing ? null : <WorkflowFilters filters={filters} />}
      <BulkWorkflows chosen={chosen} onClear={() => setChosen(NONE)} />
      <QueryView query={workflows} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <WorkflowEmpty filters={filters} mayEdit={mayEdit} onCreate={createDialog.open} />
          ) : (
            <>
              <WorkflowTable workflows={results} mayEdit={mayEdit} chosen={chosen} onChoose={setChosen} />
              <Pager
                count={count}
                size={PAGE_SIZE}
                page={filters.page}
                onChange={(page) => filters.set("page", String(page))}
              />
            </>
          )
        }
      </QueryView>
      <CreateDialog opened={creating} onClose={createDialog.close} />
      <ImportDialog opened={importing} onClose={importDialog.close} />
    </PageFrame>
  );
}
