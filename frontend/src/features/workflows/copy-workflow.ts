import { useMutation, useQueryClient } from "@tanstack/react-query";
import { workflowTexts } from "@/features/workflows/texts";
import { api } from "@/shared/api/client";
import { workflowSummarySchema } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = workflowTexts.actions;

export function useCopyWorkflow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (slug: string) =>
      api.post(`/api/workflows/${slug}/copy/`, {}, { schema: workflowSummarySchema }),
    onSuccess: ({ name }) => {
      notifyDone(texts.copied(name));
      return client.invalidateQueries({ queryKey: workflowsKey });
    },
    onError: (error) => notifyError({ title: texts.copyFailed, error }),
  });
}
