import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { pageOf, webhookSchema } from "@/shared/api/schemas";

export const webhooksKey = ["webhooks"] as const;

export function webhookListQuery({ limit, offset }: { limit: number; offset: number }) {
  return queryOptions({
    queryKey: [...webhooksKey, "list", { limit, offset }],
    queryFn: ({ signal }) =>
      api.get("/api/webhooks/", { schema: pageOf(webhookSchema), query: { limit, offset }, signal }),
  });
}
