import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import type { Timing } from "@/shared/schedule/timing";
import { timingBody } from "@/shared/schedule/timing";

const previewSchema = z.object({ description: z.string(), next_runs: z.array(z.string()) });

/** The next ten times of a timing and its words; an error says what is wrong with it. */
export function previewQuery(timing: Timing) {
  return queryOptions({
    queryKey: ["schedules", "preview", timing],
    queryFn: ({ signal }) =>
      api.post("/api/schedules/preview/", timingBody(timing), { schema: previewSchema, signal }),
    staleTime: 10_000,
    retry: false,
  });
}
