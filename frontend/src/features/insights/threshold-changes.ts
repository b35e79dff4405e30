import { useMutation, useQueryClient } from "@tanstack/react-query";
import { insightsTexts } from "@/features/insights/texts";
import { api } from "@/shared/api/client";
import type { Measure } from "@/shared/api/insights-queries";
import { insightsKey } from "@/shared/api/insights-queries";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = insightsTexts.thresholds;

export type NewThreshold = {
  workflow: string | null;
  step: string;
  measure: Measure;
  warning: number | null;
  critical: number | null;
  last_jobs: number;
};

export function useAddThreshold() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (threshold: NewThreshold) => api.post("/api/insights/thresholds/", threshold),
    onSuccess: () => client.invalidateQueries({ queryKey: insightsKey }),
  });
}

export function useRemoveThreshold() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/api/insights/thresholds/${id}/`),
    onSuccess: () => notifyDone(texts.removed),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: insightsKey }),
  });
}
