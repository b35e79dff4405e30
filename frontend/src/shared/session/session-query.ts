import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { sessionSchema } from "@/shared/api/schemas";

export const sessionKey = ["session"] as const;

/** Who is signed in, to which organisation, with which permissions. 401: nobody. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }) => api.get("/api/users/me/", { schema: sessionSchema, signal }),
  staleTime: 5 * 60_000,
});
