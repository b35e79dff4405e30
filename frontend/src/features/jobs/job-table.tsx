import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { useCancelJob } from "@/features/jobs/cancel-job";
import { jobTexts as texts } from "@/features/jobs/texts";
import { isEnded } from "@/shared/api/events";
import type { JobSummary } from "@/shared/api/schemas";
import { useMay } from "@/shared/session/use-session";
import type { Choice, Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { Duration } from "@/shared/ui/duration";
import { RelativeTime } from "@/shared/ui/relative-time";
import { JobStatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";
import { triggerLabel } from "@/shared/ui/texts";

const COLUMNS: readonly Column<JobSummary>[] = [
  {
    key: "workflow",
    title: texts.columns.workflow,
    cell: (job) => <WorkflowCell job={job} />,
  },
  { key: "status", title: texts.columns.status, cell: ({ status }) => <JobStatusBadge status={status} /> },
  {
    key: "trigger",
    title: texts.columns.trigger,
    from: "md",
    cell: ({ triggered_by }) => triggerLabel(triggered_by),
  },
  {
    key: "created",
    title: texts.columns.created,
    from: "sm",
    cell: ({ created_at }) => <RelativeTime value={created_at} />,
  },
  {
    key: "duration",
    title: texts.columns.duration,
    from: "sm",
    cell: (job) => <JobDuration job={job} />,
  },
  { key: "actions", title: "", align: "right", cell: (job) => <CancelButton job={job} /> },
];

type JobTableProps = {
  jobs: readonly JobSummary[];
  choosing?: Pick<Choice<JobSummary>, "chosen" | "onChange">;
};

export function JobTable({ jobs, choosing }: JobTableProps) {
  const choice = choosing && {
    ...choosing,
    label: ({ workflow_name, workflow }: JobSummary) => texts.bulk.choose(workflow_name ?? workflow),
    labelOfAll: texts.bulk.chooseAll,
  };
  return (
    <DataTable
      label={texts.table}
      rows={jobs}
      columns={COLUMNS}
      rowKey={({ id }) => id}
      choice={choice}
      opens
    />
  );
}

export function JobDuration({ job: { duration, started_at, status } }: { job: JobSummary }) {
  return <Duration seconds={duration} since={isEnded(status) ? null : started_at} />;
}

function WorkflowCell({ job: { id, workflow_name, workflow, version, error } }: { job: JobSummary }) {
  return (
    <>
      <TextLink to={`/jobs/${id}`} strong>
        {workflow_name ?? workflow}
      </TextLink>
      {version ? (
        <Text span size="xs" c="dimmed" ml={8}>
          {texts.version(version)}
        </Text>
      ) : null}
      {error ? (
        <Text size="xs" c="dimmed" lineClamp={1} maw={480} style={{ overflowWrap: "anywhere" }}>
          {error.step ? `${error.step_name || error.step}: ` : ""}
          {error.message}
        </Text>
      ) : null}
    </>
  );
}

function CancelButton({ job }: { job: JobSummary }) {
  const cancel = useCancelJob();
  const mayControl = useMay("job.control");
  if (isEnded(job.status) || !mayControl) return null;
  return (
    <Tooltip label={texts.cancel.action}>
      <ActionIcon
        aria-label={texts.cancel.of(job.workflow_name ?? job.workflow)}
        color="red"
        onClick={() => void cancel(job.id)}
      >
        <IconPlayerStop size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
