import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { jobTexts } from "@/features/jobs/texts";
import { api } from "@/shared/api/client";
import { jobsKey } from "@/shared/api/job-queries";
import { jobSummarySchema } from "@/shared/api/schemas";
import { notifyError } from "@/shared/ui/notify";

/** Without a place all of the job; else what failed, or all from one step on. Without a version the job's own. */
export type Retry = { id: string; from_step?: string; from_failed?: boolean; version?: "latest" };

/** Runs an ended job again, as a new job, and opens that. */
export function useRetryJob() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ id, ...place }: Retry) =>
      api.post(`/api/jobs/${id}/retry/`, place, { schema: jobSummarySchema }),
    onSuccess: (job) => {
      void client.invalidateQueries({ queryKey: jobsKey });
      void navigate(`/jobs/${job.id}`);
    },
    onError: (error) => notifyError({ title: jobTexts.retry.failed, error }),
  });
}
