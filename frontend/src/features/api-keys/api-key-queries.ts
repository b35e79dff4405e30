import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { apiKeySchema, pageOf } from "@/shared/api/schemas";

export const apiKeysKey = ["api-keys"] as const;

export const apiKeyListQuery = queryOptions({
  queryKey: apiKeysKey,
  queryFn: ({ signal }) =>
    api.get("/api/api-keys/", { schema: pageOf(apiKeySchema), query: { limit: 200 }, signal }),
});
