import { queryOptions } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { systemSchema } from "@/shared/api/schemas";

/** The state of the installation: version, isolation in force, living workers. */
export const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => api.get("/api/system/", { schema: systemSchema, signal }),
  refetchInterval: 15_000,
  staleTime: 10_000,
});
