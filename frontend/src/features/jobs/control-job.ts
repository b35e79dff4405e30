import { useMutation, useQueryClient } from "@tanstack/react-query";
import { jobTexts } from "@/features/jobs/texts";
import { api } from "@/shared/api/client";
import { jobsKey } from "@/shared/api/job-queries";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = jobTexts.control;

/** Pauses a live job, or lets a paused one go on. */
export function useControlJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, command }: { id: string; command: "pause" | "resume" }) =>
      api.post(`/api/jobs/${id}/${command}/`, {}),
    onSuccess: (_, { command }) => notifyDone(command === "pause" ? texts.paused : texts.resumed),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
}

export const RESOLUTIONS = ["retry", "skip", "fail"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Decides about a step that was interrupted and asks how to go on. */
export function useResolveStep(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: { path: string; action: Resolution }) =>
      api.post(`/api/jobs/${id}/resolve/`, decision),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
}
