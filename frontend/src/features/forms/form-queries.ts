import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { formTexts } from "@/features/forms/texts";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

export const ACCESSES = ["public", "members"] as const;
export const RESPONDS = ["immediately", "when_finished"] as const;

export const formSchema = z.object({
  id: z.string(),
  workflow: z.string(),
  workflow_slug: z.string(),
  workflow_name: z.string(),
  workflow_is_published: z.boolean().default(true),
  trigger_id: z.string().default(""),
  /** null for those who may not start jobs: who knows the address can. */
  url: z.string().nullish(),
  title: z.string().default(""),
  description: z.string().default(""),
  access: z.enum(ACCESSES).catch("public"),
  respond: z.enum(RESPONDS).catch("immediately"),
  is_active: z.boolean(),
});
export type Form = z.infer<typeof formSchema>;

export const formsKey = ["forms"] as const;

export function formListQuery({ limit, offset }: { limit: number; offset: number }) {
  return queryOptions({
    queryKey: [...formsKey, "list", { limit, offset }],
    queryFn: ({ signal }) =>
      api.get("/api/forms/", { schema: pageOf(formSchema), query: { limit, offset }, signal }),
  });
}

export type FormValues = Pick<Form, "title" | "description" | "access" | "respond">;

export function useSaveForm(id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<FormValues> & { workflow?: string }) =>
      id
        ? api.patch(`/api/forms/${id}/`, body, { schema: formSchema })
        : api.post("/api/forms/", body, { schema: formSchema }),
    onSuccess: () => {
      notifyDone(formTexts.actions.saved);
      return client.invalidateQueries({ queryKey: formsKey });
    },
  });
}

export function useToggleForm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, is_active }: Form) => api.patch(`/api/forms/${id}/`, { is_active: !is_active }),
    onSuccess: (_, { is_active }) =>
      notifyDone(is_active ? formTexts.actions.disabled : formTexts.actions.enabled),
    onError: (error) => notifyError({ title: formTexts.actions.toggleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: formsKey }),
  });
}

const QUESTIONS = {
  delete: {
    title: formTexts.actions.deleteTitle,
    message: formTexts.actions.deleteMessage,
    confirmLabel: formTexts.actions.deleteConfirm,
    danger: true,
  },
  rotate: {
    title: formTexts.actions.rotateTitle,
    message: formTexts.actions.rotateMessage,
    confirmLabel: formTexts.actions.rotateConfirm,
    danger: true,
  },
};

/** Deletes a form, or gives it a new address, after asking. */
export function useChangeForm() {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ id, what }: { id: string; what: "delete" | "rotate" }) =>
      what === "delete" ? api.delete(`/api/forms/${id}/`) : api.post(`/api/forms/${id}/rotate/`),
    onSuccess: () => notifyDone(formTexts.actions.done),
    onError: (error) => notifyError({ title: formTexts.actions.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: formsKey }),
  });
  return async (id: string, what: "delete" | "rotate") => {
    if (await confirm(QUESTIONS[what])) change.mutate({ id, what });
  };
}
