import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import type { Definition } from "@/shared/api/schemas";
import { workflowSchema } from "@/shared/api/schemas";
import { workflowsKey } from "@/shared/api/workflow-queries";

export type NewWorkflow = { name: string; description?: string; definition: Definition };

export function useCreateWorkflow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (workflow: NewWorkflow) => api.post("/api/workflows/", workflow, { schema: workflowSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: workflowsKey }),
  });
}

export function emptyDefinition(name: string): Definition {
  return { stepgraph: 1, name, steps: [] };
}
