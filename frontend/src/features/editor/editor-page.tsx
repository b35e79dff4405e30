import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useState } from "react";
import { useParams } from "react-router";
import { AutosaveContext } from "@/features/editor/actions/use-actions";
import classes from "@/features/editor/editor.module.css";
import { EditorScreen } from "@/features/editor/editor-screen";
import type { Catalogue } from "@/features/editor/model/catalogue";
import type { LoadedWorkflow } from "@/features/editor/store/api";
import { askAhead, catalogueQuery, draftQuery } from "@/features/editor/store/api";
import { createEditorStore, EditorContext } from "@/features/editor/store/editor-store";
import { useAutosaveOf } from "@/features/editor/store/use-autosave";
import { texts } from "@/features/editor/texts";
import { useMay } from "@/shared/session/use-session";
import { ErrorState } from "@/shared/ui/error-state";

/** For the router: nothing waits for it. */
export function loadEditor({ params }: { params: { id?: string } }): null {
  if (params.id) askAhead(params.id);
  return null;
}

/** The page of one workflow: loads it and the catalogue, then opens the editor. */
export function EditorPage() {
  const { id = "" } = useParams();
  const draft = useQuery(draftQuery(id));
  const catalogue = useQuery(catalogueQuery);
  const failed = [draft, catalogue].find((query) => query.error);
  if (failed) {
    const title = failed === draft ? texts.loadFailed : texts.catalogueFailed;
    return (
      <div className={classes.message}>
        <ErrorState title={title} error={failed.error} onRetry={() => void failed.refetch()} />
      </div>
    );
  }
  if (!draft.data || !catalogue.data) {
    return (
      <Center className={classes.message}>
        <Loader role="status" aria-label={texts.loading} />
      </Center>
    );
  }
  return <OpenEditor key={draft.data.id} draft={draft.data} catalogue={catalogue.data} />;
}

type OpenEditorProps = { draft: LoadedWorkflow; catalogue: Catalogue };

function OpenEditor({ draft, catalogue }: OpenEditorProps) {
  const canEdit = useMay("workflow.edit");
  const canRun = useMay("workflow.run");
  const [store] = useState(() =>
    createEditorStore({
      workflow: {
        id: draft.id,
        slug: draft.slug,
        isActive: draft.is_active,
        publishedVersion: draft.published_version ?? null,
        status: draft.status,
      },
      definition: { ...draft.definition, name: draft.definition.name || draft.name },
      revision: draft.draft_revision,
      catalogue,
      canEdit,
      canRun,
    }),
  );
  const autosave = useAutosaveOf(store);
  return (
    <EditorContext value={store}>
      <AutosaveContext value={autosave}>
        <ReactFlowProvider>
          <EditorScreen />
        </ReactFlowProvider>
      </AutosaveContext>
    </EditorContext>
  );
}
