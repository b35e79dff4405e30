import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { secretTexts } from "@/features/secrets/texts";
import { api } from "@/shared/api/client";
import { userSchema } from "@/shared/api/connector-queries";
import { pageOf } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = secretTexts.remove;

export const secretSchema = z.object({
  id: z.string(),
  key: z.string(),
  description: z.string(),
  set: z.boolean(),
  hint: z.string(),
  allowed_hosts: z.array(z.string()),
  changed_at: z.string(),
  last_used: z.string().nullable(),
  used_by: z.array(userSchema),
});
export type Secret = z.infer<typeof secretSchema>;

const secretsKey = ["secrets"] as const;

export const secretListQuery = queryOptions({
  queryKey: secretsKey,
  queryFn: ({ signal }) =>
    api.get("/api/secrets/", { schema: pageOf(secretSchema), query: { limit: 200 }, signal }),
});

type Settings = { key: string; value: string; description: string; allowed_hosts: string[] };

/** Makes a secret, or changes one; without a value the stored one stays. */
export function useSaveSecret(secret: Secret | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, value, ...rest }: Settings) =>
      secret
        ? api.patch(`/api/secrets/${secret.id}/`, value ? { ...rest, value } : rest, { schema: secretSchema })
        : api.post("/api/secrets/", { key, value, ...rest }, { schema: secretSchema, onlyNew: true }),
    onSuccess: () => client.invalidateQueries({ queryKey: secretsKey }),
  });
}

/** Deletes after asking, and says who would miss it. */
export function useDeleteSecret() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Secret) => api.delete(`/api/secrets/${id}/`, { query: { force: true } }),
    onSuccess: () => notifyDone(texts.done),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: secretsKey }),
  });
  return async (secret: Secret) => {
    const users = secret.used_by.map(({ name }) => name).join(", ");
    const message = [texts.message(secret.key), users && texts.used(users)].join(" ");
    if (await confirm({ title: texts.title, message, confirmLabel: texts.confirm, danger: true }))
      remove.mutate(secret);
  };
}
