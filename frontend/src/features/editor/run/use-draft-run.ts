import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useAutosave } from "@/features/editor/actions/use-actions";
import { useOpenJob } from "@/features/editor/run/use-open-job";
import { recentJobsQuery, runDraft, runUntil } from "@/features/editor/store/api";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

/** Saves what is not saved, runs the draft and shows the job on the canvas. */
export function useDraftRun() {
  const store = useEditorStore();
  const autosave = useAutosave();
  const openJob = useOpenJob();
  const client = useQueryClient();
  const { id } = useEditor(selectWorkflow);
  return useMutation({
    mutationFn: async (context: Record<string, unknown>) => {
      const isSaved = !store.getState().canEdit || (await autosave.flush());
      if (!isSaved) {
        throw new Error(texts.run.unsaved);
      }
      const until = store.getState().runUntil;
      return until ? runUntil({ id, context, until }) : runDraft({ id, context });
    },
    onSuccess: (job) => {
      store.getState().setView({ dialog: null });
      store.getState().setTrial({ runUntil: null });
      openJob(job.id);
      void client.invalidateQueries(recentJobsQuery(id));
    },
  });
}
