import { Button } from "@mantine/core";
import { IconHierarchy2, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { Link } from "react-router";
import { useCancelJob } from "@/features/jobs/cancel-job";
import { useRetryJob } from "@/features/jobs/retry-job";
import { jobTexts as texts } from "@/features/jobs/texts";
import { isEnded } from "@/shared/api/events";
import type { Job } from "@/shared/api/schemas";
import { useMay } from "@/shared/session/use-session";

export function JobActions({ job }: { job: Job }) {
  const mayControl = useMay("job.control");
  const place = job.workflow_slug ?? job.workflow;
  return (
    <>
      {mayControl ? isEnded(job.status) ? <RetryButton id={job.id} /> : <CancelButton id={job.id} /> : null}
      <Button
        component={Link}
        to={`/workflows/${place}?job=${job.id}`}
        leftSection={<IconHierarchy2 size={16} />}
      >
        {texts.page.canvas}
      </Button>
    </>
  );
}

function RetryButton({ id }: { id: string }) {
  const retry = useRetryJob();
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={retry.isPending}
      onClick={() => retry.mutate(id)}
    >
      {texts.retry.action}
    </Button>
  );
}

function CancelButton({ id }: { id: string }) {
  const cancel = useCancelJob();
  return (
    <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={() => void cancel(id)}>
      {texts.cancel.action}
    </Button>
  );
}
