import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { workflowSchema } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";

/** Imports a document; the server reads YAML and JSON alike and names all that it cannot take. */
export function useImportWorkflow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (file: File) =>
      api.post("/api/workflows/import/", envelopeOf(await file.text()), { schema: workflowSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: workflowsKey }),
  });
}

/** JSON goes as it is; everything else is taken for YAML, whose faults the server names best. */
export function envelopeOf(text: string): { definition: unknown } | { yaml: string } {
  try {
    return { definition: JSON.parse(text) };
  } catch {
    return { yaml: text };
  }
}
