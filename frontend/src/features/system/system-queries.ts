import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { systemTexts } from "@/features/system/texts";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const partSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string().default(""),
  needed: z.boolean(),
});
export type Part = z.infer<typeof partSchema>;

const workerSchema = z.object({
  host: z.string(),
  pid: z.number(),
  started_at: z.string(),
  seen_at: z.string(),
});
export type Worker = z.infer<typeof workerSchema>;

export const checkupQuery = queryOptions({
  queryKey: ["system", "checkup"],
  queryFn: ({ signal }) =>
    api.get("/api/system/checkup/", {
      schema: z.object({
        version: z.string(),
        parts: z.array(partSchema),
        workers: z.array(workerSchema),
        jobs: z.record(z.string(), z.number()),
      }),
      signal,
    }),
  refetchInterval: 10_000,
});

export const CIRCUIT_STATES = ["closed", "open", "half_open"] as const;

const circuitSchema = z.object({
  id: z.string(),
  key: z.string(),
  label: z.string(),
  state: z.enum(CIRCUIT_STATES),
  failures: z.number(),
  threshold: z.number(),
  next_trial_at: z.string().nullable(),
  last_error: z.string().default(""),
});
export type Circuit = z.infer<typeof circuitSchema>;

const circuitsKey = ["circuits"] as const;

export const circuitsQuery = queryOptions({
  queryKey: circuitsKey,
  queryFn: ({ signal }) =>
    api.get("/api/circuits/", { schema: pageOf(circuitSchema), query: { limit: 200 }, signal }),
  refetchInterval: 10_000,
});

/** Closes a circuit by hand. */
export function useResetCircuit() {
  const client = useQueryClient();
  const texts = systemTexts.circuits;
  return useMutation({
    mutationFn: (id: string) => api.post(`/api/circuits/${id}/reset/`),
    onSuccess: () => notifyDone(texts.done),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: circuitsKey }),
  });
}
