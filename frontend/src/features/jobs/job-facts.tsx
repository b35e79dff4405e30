import { Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "@/features/jobs/job-facts.module.css";
import { JobDuration } from "@/features/jobs/job-table";
import { jobTexts } from "@/features/jobs/texts";
import type { Job } from "@/shared/api/schemas";
import { CopyButton } from "@/shared/ui/copy-button";
import { RelativeTime } from "@/shared/ui/relative-time";
import { TextLink } from "@/shared/ui/text-link";
import { triggerLabel } from "@/shared/ui/texts";

const texts = jobTexts.page;

export function JobFacts({ job }: { job: Job }) {
  return (
    <Paper component="dl" className={classes.facts} aria-label={texts.facts}>
      <Fact name={texts.version}>{job.version ? jobTexts.version(job.version) : "–"}</Fact>
      <Fact name={texts.trigger}>{triggerLabel(job.triggered_by)}</Fact>
      <Fact name={texts.created}>
        <RelativeTime value={job.created_at} />
      </Fact>
      <Fact name={texts.duration}>
        <JobDuration job={job} />
      </Fact>
      {job.retried_from ? (
        <Fact name={texts.retriedFrom}>
          <TextLink to={`/jobs/${job.retried_from}`}>{shortId(job.retried_from)}</TextLink>
        </Fact>
      ) : null}
      {job.parent ? (
        <Fact name={texts.parent}>
          <TextLink to={`/jobs/${job.parent}`}>{shortId(job.parent)}</TextLink>
        </Fact>
      ) : null}
      <Fact name={texts.id}>
        <Group gap={2} wrap="nowrap">
          <Text span size="sm" ff="monospace" title={job.id}>
            {shortId(job.id)}
          </Text>
          <CopyButton value={job.id} label={texts.copyId} />
        </Group>
      </Fact>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className={classes.name}>{name}</dt>
      <dd className={classes.value}>{children}</dd>
    </div>
  );
}

/** The end of a UUIDv7 tells jobs apart; its beginning is the time, alike for all of one day. */
function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}
