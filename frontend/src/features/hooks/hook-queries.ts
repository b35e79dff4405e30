import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { hookTexts as texts } from "@/features/hooks/texts";
import { api } from "@/shared/api/client";
import { jsonObjectSchema, pageOf } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

export const MOMENTS = [
  "before_step",
  "after_step",
  "on_error",
  "job_started",
  "job_completed",
  "job_failed",
] as const;
export type Moment = (typeof MOMENTS)[number];

export const ACTIONS = ["expression", "http", "workflow"] as const;
export type Action = (typeof ACTIONS)[number];

export const hookSchema = z.object({
  id: z.string(),
  name: z.string(),
  moment: z.enum(MOMENTS),
  action: z.enum(ACTIONS),
  config: jsonObjectSchema,
  position: z.number(),
  steps: z.array(z.string()),
  step_types: z.array(z.string()),
  error_types: z.array(z.string()),
  /** A slug; null: all workflows. */
  workflow: z.string().nullable(),
  blocking: z.boolean(),
  is_active: z.boolean(),
  /** Only in the answer that makes it. */
  secret: z.string().optional(),
});
export type Hook = z.infer<typeof hookSchema>;
export type HookValues = Omit<Hook, "id" | "secret">;

const hooksKey = ["hooks"] as const;

export const hookListQuery = queryOptions({
  queryKey: hooksKey,
  queryFn: ({ signal }) =>
    api.get("/api/hooks/", { schema: pageOf(hookSchema), query: { limit: 200 }, signal }),
});

/** Makes a hook, or changes one. */
export function useSaveHook(hook: Hook | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: HookValues) =>
      hook
        ? api.patch(`/api/hooks/${hook.id}/`, values, { schema: hookSchema })
        : api.post("/api/hooks/", values, { schema: hookSchema }),
    onSuccess: () => {
      notifyDone(texts.saved);
      return client.invalidateQueries({ queryKey: hooksKey });
    },
  });
}

export function useToggleHook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, is_active }: Hook) => api.patch(`/api/hooks/${id}/`, { is_active: !is_active }),
    onSuccess: (_, { is_active }) => notifyDone(is_active ? texts.disabled : texts.enabled),
    onError: (error) => notifyError({ title: texts.toggleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: hooksKey }),
  });
}

/** Deletes after asking. */
export function useDeleteHook() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Hook) => api.delete(`/api/hooks/${id}/`),
    onSuccess: () => notifyDone(texts.remove.done),
    onError: (error) => notifyError({ title: texts.remove.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: hooksKey }),
  });
  return async (hook: Hook) => {
    const { title, message, confirm: confirmLabel } = texts.remove;
    if (await confirm({ title, message: message(hook.name), confirmLabel, danger: true }))
      remove.mutate(hook);
  };
}
