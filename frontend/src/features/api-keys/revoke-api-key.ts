import { useMutation, useQueryClient } from "@tanstack/react-query";
import { apiKeysKey } from "@/features/api-keys/api-key-queries";
import { apiKeyTexts } from "@/features/api-keys/texts";
import { api } from "@/shared/api/client";
import type { ApiKey } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = apiKeyTexts.revoke;

/** Revokes after asking. */
export function useRevokeApiKey() {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: ({ id }: ApiKey) => api.delete(`/api/api-keys/${id}/`),
    onSuccess: () => notifyDone(texts.done),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: apiKeysKey }),
  });
  return async (key: ApiKey) => {
    const agreed = await confirm({
      title: texts.title,
      message: texts.message(key.name),
      confirmLabel: texts.confirm,
      danger: true,
    });
    if (agreed) revoke.mutate(key);
  };
}
