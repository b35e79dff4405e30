import { Button } from "@mantine/core";
import { IconHierarchy2, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { Link } from "react-router";
import { useCancelJob } from "@/features/jobs/cancel-job";
import { useControlJob } from "@/features/jobs/control-job";
import { RetryButton } from "@/features/jobs/retry-button";
import { jobTexts as texts } from "@/features/jobs/texts";
import { isEnded } from "@/shared/api/events";
import type { Job } from "@/shared/api/schemas";
import { useMay } from "@/shared/session/use-session";

export function JobActions({ job }: { job: Job }) {
  const mayControl = useMay("job.control");
  const place = job.workflow_slug ?? job.workflow;
  return (
    <>
      {mayControl ? isEnded(job.status) ? <EndedActions job={job} /> : <LiveActions job={job} /> : null}
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

function EndedActions({ job }: { job: Job }) {
  return (
    <>
      {job.status === "SUCCESS" ? null : (
        <RetryButton job={job} part={{ from_failed: true }} label={texts.retry.failed_only} />
      )}
      <RetryButton job={job} label={texts.retry.action} />
    </>
  );
}

function LiveActions({ job: { id, status } }: { job: Job }) {
  const control = useControlJob();
  const command = status === "PAUSED" ? "resume" : "pause";
  return (
    <>
      <Button
        variant="default"
        leftSection={command === "pause" ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        loading={control.isPending}
        onClick={() => control.mutate({ id, command })}
      >
        {texts.control[command]}
      </Button>
      <CancelButton id={id} />
    </>
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
