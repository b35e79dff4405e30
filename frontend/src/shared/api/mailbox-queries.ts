import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";

const mailboxSchema = z.object({
  id: z.string(),
  trigger_id: z.string(),
  connector: z.string(),
  folder: z.string(),
  status: z.string(),
  problem: z.string(),
  mails: z.number(),
  looked_at: z.string().nullable(),
});
export type WatchedMailbox = z.infer<typeof mailboxSchema>;

/** How the mailboxes are doing that a workflow watches. */
export function mailboxesQuery(workflow: string) {
  return queryOptions({
    queryKey: ["mailboxes", "of", workflow],
    queryFn: ({ signal }) =>
      api.get("/api/mailboxes/", { schema: pageOf(mailboxSchema), query: { workflow, limit: 100 }, signal }),
    refetchInterval: 10_000,
  });
}

export function lookNow(id: string) {
  return api.post(`/api/mailboxes/${id}/look/`, {}, { schema: mailboxSchema });
}
