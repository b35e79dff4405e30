import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { variableTexts } from "@/features/variables/texts";
import { api } from "@/shared/api/client";
import { userSchema } from "@/shared/api/connector-queries";
import { jsonSchema, pageOf } from "@/shared/api/schemas";
import type { Json } from "@/shared/lib/json";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = variableTexts.remove;

export const variableSchema = z.object({
  id: z.string(),
  key: z.string(),
  value: jsonSchema,
  description: z.string(),
  used_by: z.array(userSchema),
  updated_at: z.string(),
});
export type Variable = z.infer<typeof variableSchema>;

const variablesKey = ["variables"] as const;

export const variableListQuery = queryOptions({
  queryKey: variablesKey,
  queryFn: ({ signal }) =>
    api.get("/api/variables/", { schema: pageOf(variableSchema), query: { limit: 200 }, signal }),
});

type Settings = { key: string; value: Json; description: string };

/** Makes a variable, or changes one. */
export function useSaveVariable(variable: Variable | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Settings) =>
      variable
        ? api.patch(`/api/variables/${variable.id}/`, settings, { schema: variableSchema })
        : api.post("/api/variables/", settings, { schema: variableSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: variablesKey }),
  });
}

/** Deletes after asking, and says who would miss it. */
export function useDeleteVariable() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Variable) => api.delete(`/api/variables/${id}/`, { query: { force: true } }),
    onSuccess: () => notifyDone(texts.done),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: variablesKey }),
  });
  return async (variable: Variable) => {
    const users = variable.used_by.map(({ name }) => name).join(", ");
    const message = [texts.message(variable.key), users && texts.used(users)].join(" ");
    if (await confirm({ title: texts.title, message, confirmLabel: texts.confirm, danger: true }))
      remove.mutate(variable);
  };
}

/** What a person typed as a value: JSON if it is some, else text. */
export function readValue(text: string): Json {
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A value as a person would type it; text that would be read as something else gets its quotes. */
export function showValue(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return readValue(value) === value ? value : JSON.stringify(value);
}
