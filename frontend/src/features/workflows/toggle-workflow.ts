import { useMutation, useQueryClient } from "@tanstack/react-query";
import { workflowTexts } from "@/features/workflows/texts";
import { api } from "@/shared/api/client";
import type { WorkflowSummary } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = workflowTexts.actions;

/** Switches a workflow on or off: while it is off nothing starts it. */
export function useToggleWorkflow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ slug, is_active }: WorkflowSummary) =>
      api.post(`/api/workflows/${slug}/${is_active ? "disable" : "enable"}/`),
    onSuccess: (_, { name, is_active }) => notifyDone(is_active ? texts.disabled(name) : texts.enabled(name)),
    onError: (error) => notifyError({ title: texts.toggleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: workflowsKey }),
  });
}
