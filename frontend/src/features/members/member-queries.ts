import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { memberSchema, pageOf } from "@/shared/api/schemas";

export const membersKey = ["members"] as const;

export const memberListQuery = queryOptions({
  queryKey: membersKey,
  queryFn: ({ signal }) =>
    api.get("/api/members/", { schema: pageOf(memberSchema), query: { limit: 200 }, signal }),
});
