import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { loadDraft, saveDraft } from "@/features/editor/store/api";
import { Autosave } from "@/features/editor/store/autosave";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { keepHistory } from "@/features/editor/store/kept-history";
import { texts } from "@/features/editor/texts";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { dropSignedOutNote, noteSignedOut } from "@/shared/session/signed-out-note";
import { notifyDone } from "@/shared/ui/notify";

const DELAY_MS = 800;
const RETRY_MS = 5000;

/** The autosave of one opened workflow; what is not saved yet is saved when the page is left. */
export function useAutosaveOf(store: EditorStore): Autosave {
  const client = useQueryClient();
  const [autosave] = useState(() => {
    const { id } = store.getState().workflow;
    return new Autosave(store, {
      delay: DELAY_MS,
      retryDelay: RETRY_MS,
      save: async ({ definition, revision }) => {
        const saved = await saveDraft({ id, definition, revision });
        const { workflow, updateWorkflow } = store.getState();
        updateWorkflow({
          status: saved.status ?? workflow.status,
          publishedVersion: saved.published_version ?? workflow.publishedVersion,
        });
        return { revision: saved.draft_revision };
      },
      loadTheirs: async () => {
        const theirs = await loadDraft(id);
        return { definition: theirs.definition, revision: theirs.draft_revision };
      },
      onMerged: () => notifyDone(texts.conflict.merged),
      onSignedOut: noteSignedOut,
      onSaved: () => {
        dropSignedOutNote();
        void client.invalidateQueries({ queryKey: workflowsKey });
      },
    });
  });
  useEffect(() => {
    autosave.begin();
    const stopKeeping = keepHistory(store);
    return () => {
      stopKeeping();
      autosave.stop();
    };
  }, [autosave, store]);
  return autosave;
}
