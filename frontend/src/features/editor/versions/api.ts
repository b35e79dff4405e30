import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { definitionSchema } from "@/features/editor/model/definition";
import { loadDraft } from "@/features/editor/store/api";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";

const versionSchema = z.object({
  version: z.number(),
  note: z.string(),
  created_at: z.string(),
  created_by: z.string().nullish(),
});
const detailSchema = versionSchema.extend({ definition: definitionSchema });

export type VersionInfo = z.infer<typeof versionSchema>;

const versionsKey = (workflow: string) => ["editor", "versions", workflow];

export function versionsQuery(workflow: string) {
  return queryOptions({
    queryKey: versionsKey(workflow),
    queryFn: ({ signal }) =>
      api.get(`/api/workflows/${workflow}/versions/`, {
        schema: pageOf(versionSchema),
        query: { limit: 100 },
        signal,
      }),
  });
}

/** A version never changes, so it is loaded once. */
export function versionQuery(workflow: string, version: number) {
  return queryOptions({
    queryKey: [...versionsKey(workflow), version],
    queryFn: ({ signal }) =>
      api.get(`/api/workflows/${workflow}/versions/${version}/`, { schema: detailSchema, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Makes an old version the draft again; what is published stays until somebody publishes. */
export function useRestore(
  workflow: string,
  onRestored: (draft: Awaited<ReturnType<typeof loadDraft>>) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (version: number) => {
      await api.post(`/api/workflows/${workflow}/versions/${version}/restore/`, { publish: false });
      return loadDraft(workflow);
    },
    onSuccess: (draft) => {
      onRestored(draft);
      void client.invalidateQueries({ queryKey: workflowsKey });
    },
  });
}
