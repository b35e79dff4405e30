import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { errorSignedOut } from "@/shared/api/errors";
import type { Session } from "@/shared/api/schemas";
import { sessionSchema } from "@/shared/api/schemas";

export const sessionKey = ["session"] as const;

const stateSchema = z.object({ me: sessionSchema.nullable() });

/** Who is signed in, to which organisation, with which permissions; fails with 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async ({ signal }): Promise<Session> => {
    // This address answers 200 to strangers, too: browsers write every 401 into the console.
    const { me } = await api.get("/api/session/", { schema: stateSchema, signal });
    if (!me) throw errorSignedOut();
    return me;
  },
  staleTime: 5 * 60_000,
});
