import { useMutation, useQueryClient } from "@tanstack/react-query";
import { schedulesKey } from "@/features/schedules/schedule-queries";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { backFillSchema, scheduleSchema } from "@/features/schedules/schedule-schema";
import { scheduleTexts } from "@/features/schedules/texts";
import { api } from "@/shared/api/client";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = scheduleTexts.actions;

/** Makes a schedule, or changes one that is there. */
export function useSaveSchedule(id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) =>
      id
        ? api.patch(`/api/schedules/${id}/`, body, { schema: scheduleSchema })
        : api.post("/api/schedules/", body, { schema: scheduleSchema }),
    onSuccess: () => {
      notifyDone(texts.saved);
      return client.invalidateQueries({ queryKey: schedulesKey });
    },
  });
}

export function useToggleSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, is_active }: Schedule) =>
      api.patch(`/api/schedules/${id}/`, { is_active: !is_active }),
    onSuccess: (_, { is_active }) => notifyDone(is_active ? texts.disabled : texts.enabled),
    onError: (error) => notifyError({ title: texts.toggleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: schedulesKey }),
  });
}

export function useDeleteSchedule() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/api/schedules/${id}/`),
    onSuccess: () => notifyDone(texts.deleted),
    onError: (error) => notifyError({ title: texts.deleteFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: schedulesKey }),
  });
  return async (schedule: Schedule) => {
    const message = schedule.trigger_id ? texts.deleteOfTrigger : texts.deleteMessage;
    const agreed = await confirm({
      title: texts.deleteTitle,
      message,
      confirmLabel: texts.deleteConfirm,
      danger: true,
    });
    if (agreed) remove.mutate(schedule.id);
  };
}

export type BackFill = { since: string; until: string; dry_run: boolean };

export function useBackFill(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BackFill) =>
      api.post(`/api/schedules/${id}/back-fill/`, body, { schema: backFillSchema }),
    onSettled: () => client.invalidateQueries({ queryKey: [...schedulesKey, "runs", id] }),
  });
}

export function useChangePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) => api.patch("/api/schedules/settings/", body),
    onError: (error) => notifyError({ title: texts.policyFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: schedulesKey }),
  });
}

export function useDismissAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`/api/schedule-alerts/${id}/dismiss/`),
    onError: (error) => notifyError({ title: texts.dismissFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: [...schedulesKey, "alerts"] }),
  });
}
