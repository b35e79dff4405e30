import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { jobTexts } from "@/features/jobs/texts";
import { api } from "@/shared/api/client";
import { jobsKey } from "@/shared/api/job-queries";
import { jobSummarySchema } from "@/shared/api/schemas";
import { notifyError } from "@/shared/ui/notify";

/** Runs an ended job again, as a new job, and opens that. */
export function useRetryJob() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (id: string) => api.post(`/api/jobs/${id}/retry/`, {}, { schema: jobSummarySchema }),
    onSuccess: (job) => {
      void client.invalidateQueries({ queryKey: jobsKey });
      void navigate(`/jobs/${job.id}`);
    },
    onError: (error) => notifyError({ title: jobTexts.retry.failed, error }),
  });
}
