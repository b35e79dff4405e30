import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useRetryJob } from "@/features/jobs/retry-job";
import { jobTexts } from "@/features/jobs/texts";

/** Runs a job again from one of its steps on; the results of the others are taken over. */
export function RetryFrom({ id, path }: { id: string; path: string }) {
  const retry = useRetryJob();
  return (
    <Button
      mt="sm"
      size="compact-sm"
      variant="default"
      leftSection={<IconRefresh size={14} />}
      loading={retry.isPending}
      onClick={() => retry.mutate({ id, from_step: path })}
    >
      {jobTexts.retry.from_here}
    </Button>
  );
}
