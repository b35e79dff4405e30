import type { ButtonProps } from "@mantine/core";
import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Retry } from "@/features/jobs/retry-job";
import { useRetryJob } from "@/features/jobs/retry-job";
import { jobTexts } from "@/features/jobs/texts";
import { VersionMenu } from "@/features/jobs/version-menu";
import type { Job } from "@/shared/api/schemas";
import { workflowQuery } from "@/shared/api/workflow-queries";

const texts = jobTexts.retry;

type RetryButtonProps = {
  job: Job;
  label: string;
  /** Which part of the job; all of it without one. */
  part?: Omit<Retry, "id" | "version">;
  look?: ButtonProps;
};

/** Runs a job again; once another version is published, asks which of the two shall run. */
export function RetryButton({ job, label, part = {}, look = {} }: RetryButtonProps) {
  const run = useRetryJob();
  const newest = useOtherVersion(job);
  const retry = { id: job.id, ...part };
  const shown: ButtonProps = {
    variant: "default",
    leftSection: <IconRefresh size={16} aria-hidden />,
    loading: run.isPending,
    ...look,
  };
  if (newest === null) {
    return (
      <Button {...shown} onClick={() => run.mutate(retry)}>
        {label}
      </Button>
    );
  }
  return (
    <VersionMenu
      label={label}
      newest={texts.newest(newest)}
      own={texts.own(job.version)}
      look={shown}
      onChoose={(choice) => run.mutate({ ...retry, ...choice })}
    />
  );
}

/** The published version of the job's workflow, if the job ran on another one. */
function useOtherVersion({ workflow, version }: Job): number | null {
  const published = useQuery(workflowQuery(workflow)).data?.published_version ?? null;
  return published === version ? null : published;
}
