import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";

const setupSchema = z.object({ needed: z.boolean(), token_required: z.boolean().default(false) });

/** Whether this installation still has no owner. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => api.get("/api/setup/", { schema: setupSchema, signal }),
  staleTime: 0,
});
