import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Retry } from "@/features/jobs/retry-job";
import { useRetryJob } from "@/features/jobs/retry-job";
import { jobTexts } from "@/features/jobs/texts";
import type { Job } from "@/shared/api/schemas";
import { workflowQuery } from "@/shared/api/workflow-queries";

const texts = jobTexts.retry;

type Versions = { own: Job["version"]; newest: number | null };

type RetryButtonProps = { retry: Retry; label: string; versions: Versions };

/** Runs a job again; once another version is published, asks which of the two shall run. */
export function RetryButton({ retry, label, versions: { own, newest } }: RetryButtonProps) {
  const run = useRetryJob();
  const look = {
    variant: "default",
    leftSection: <IconRefresh size={16} />,
    loading: run.isPending,
  } as const;
  if (newest === null) {
    return (
      <Button {...look} onClick={() => run.mutate(retry)}>
        {label}
      </Button>
    );
  }
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button {...look} rightSection={<IconChevronDown size={14} />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => run.mutate({ ...retry, version: "latest" })}>
          {texts.newest(newest)}
        </Menu.Item>
        <Menu.Item onClick={() => run.mutate(retry)}>{texts.own(own)}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The published version of the job's workflow, if the job ran on another one. */
export function useOtherVersion({ workflow, version }: Job): number | null {
  const published = useQuery(workflowQuery(workflow)).data?.published_version ?? null;
  return published === version ? null : published;
}
