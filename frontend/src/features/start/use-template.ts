import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { startTexts as texts } from "@/features/start/texts";
import { api } from "@/shared/api/client";
import { workflowSchema } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { notifyError } from "@/shared/ui/notify";

type Use = { slug: string; parameters?: Record<string, string> };

/** Makes a workflow from a template. */
export function useTemplateUse() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (use: Use) => create(use),
    onError: (error) => notifyError({ title: texts.templates.useFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: workflowsKey }),
  });
}

/** Makes a workflow from a template and starts a job of it; gives the address that shows the job on its steps. */
export function useFirstJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (slug: string) => {
      const workflow = await create({ slug });
      const job = await api.post(
        `/api/workflows/${workflow.slug}/execute/`,
        { context: {}, version: "draft" },
        { schema: z.object({ id: z.string() }) },
      );
      return `/workflows/${workflow.slug}?job=${job.id}`;
    },
    onError: (error) => notifyError({ title: texts.first.failed, error }),
    onSettled: () => client.invalidateQueries(),
  });
}

function create({ slug, parameters = {} }: Use) {
  return api.post(`/api/templates/${slug}/use/`, { parameters }, { schema: workflowSchema });
}
