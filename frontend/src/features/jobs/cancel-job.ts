import { useMutation, useQueryClient } from "@tanstack/react-query";
import { jobTexts } from "@/features/jobs/texts";
import { cancelJob, jobsKey } from "@/shared/api/job-queries";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = jobTexts.cancel;

/** Cancels a job after asking. */
export function useCancelJob() {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: (id: string) => cancelJob({ id, reason: texts.reason }),
    onSuccess: () => notifyDone(texts.done),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
  return async (id: string) => {
    const agreed = await confirm({
      title: texts.title,
      message: texts.message,
      confirmLabel: texts.confirm,
      cancelLabel: texts.keep,
      danger: true,
    });
    if (agreed) cancel.mutate(id);
  };
}
