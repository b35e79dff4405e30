import { useMutation, useQueryClient } from "@tanstack/react-query";
import { apiKeysKey } from "@/features/api-keys/api-key-queries";
import { api } from "@/shared/api/client";
import type { Scope } from "@/shared/api/schemas";
import { apiKeySchema } from "@/shared/api/schemas";

type NewKey = { name: string; scope: Scope; expires_at: string | null };

/** The answer holds the key, this one time. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: NewKey) => api.post("/api/api-keys/", key, { schema: apiKeySchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysKey }),
  });
}
