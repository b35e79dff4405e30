import { useMutation, useQueryClient } from "@tanstack/react-query";
import { workflowTexts } from "@/features/workflows/texts";
import { api } from "@/shared/api/client";
import type { WorkflowSummary } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = workflowTexts.actions;

/** Deletes after asking. */
export function useDeleteWorkflow() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ slug }: WorkflowSummary) => api.delete(`/api/workflows/${slug}/`),
    onSuccess: (_, { name }) => {
      notifyDone(texts.deleted(name));
      return client.invalidateQueries({ queryKey: workflowsKey });
    },
    onError: (error) => notifyError({ title: texts.deleteFailed, error }),
  });
  return async (workflow: WorkflowSummary) => {
    const agreed = await confirm({
      title: texts.deleteTitle,
      message: texts.deleteMessage(workflow.name),
      confirmLabel: texts.deleteConfirm,
      danger: true,
    });
    if (agreed) remove.mutate(workflow);
  };
}
