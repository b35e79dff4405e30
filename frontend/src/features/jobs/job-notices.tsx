import { Alert, Code, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconPlugConnectedX } from "@tabler/icons-react";
import { z } from "zod";
import { JobWaiting } from "@/features/jobs/job-waiting";
import { jobTexts } from "@/features/jobs/texts";
import type { Feed } from "@/shared/api/events";
import { isEnded } from "@/shared/api/events";
import type { Job, RunError } from "@/shared/api/schemas";
import { FailureText } from "@/shared/ui/failure-text";

const texts = jobTexts.page;

type JobNoticesProps = { job: Job; feed: Feed };

/** What a person should know before anything else: why it failed, what it waits for, its warnings. */
export function JobNotices({ job, feed }: JobNoticesProps) {
  const waiting = job.waiting.length > 0 && !isEnded(job.status);
  if (!job.error && !waiting && job.warnings.length === 0 && feed !== "polling") return null;
  return (
    <Stack gap="sm" mb="md">
      {job.error ? <ErrorNotice job={job} error={job.error} /> : null}
      {waiting ? <JobWaiting job={job} /> : null}
      {job.warnings.length ? (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={texts.warnings}>
          <List size="sm">
            {job.warnings.map((warning) => (
              <List.Item key={JSON.stringify(warning)}>
                <Warning warning={warning} steps={job.steps} />
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {feed === "polling" ? (
        <Alert color="gray" icon={<IconPlugConnectedX aria-hidden />} role="status">
          {texts.polling}
        </Alert>
      ) : null}
    </Stack>
  );
}

function ErrorNotice({ job, error }: { job: Job; error: RunError }) {
  const cancelled = job.status === "CANCELLED";
  const titles: Record<string, string> = jobTexts.error.title;
  return (
    <Alert
      color={cancelled ? "gray" : "red"}
      role="alert"
      icon={cancelled ? <IconInfoCircle aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={titles[job.status] ?? jobTexts.error.title.FAILED}
    >
      <Stack gap={6}>
        <FailureText message={error.message} />
        {error.hint ? <Text size="sm">{error.hint}</Text> : null}
        <Text size="xs" c="dimmed">
          <ErrorPlace error={error} name={nameOf(job.steps, error.step)} />
        </Text>
      </Stack>
    </Alert>
  );
}

type ErrorPlaceProps = { error: RunError; name: string };

function ErrorPlace({ error: { step, path, line, attempt, type }, name }: ErrorPlaceProps) {
  return (
    <>
      {step ? (
        <>
          {jobTexts.error.at} <b>{name}</b>{" "}
          {path && path !== step ? (
            <>
              <Code>{path}</Code>{" "}
            </>
          ) : null}
        </>
      ) : null}
      {line ? `· ${jobTexts.error.line} ${line} ` : ""}
      {attempt && attempt > 1 ? `· ${jobTexts.error.attempt} ${attempt} ` : ""}
      {step ? "· " : ""}
      {jobTexts.error.type} <Code>{type}</Code>
    </>
  );
}

const warningSchema = z.object({ step: z.string().nullish(), message: z.string() });

function Warning({ warning, steps }: { warning: unknown; steps: Job["steps"] }) {
  const { data } = warningSchema.safeParse(warning);
  if (!data) return typeof warning === "string" ? warning : JSON.stringify(warning);
  const name = nameOf(steps, data.step);
  return (
    <>
      {name ? <b>{name}: </b> : null}
      {data.message}
    </>
  );
}

/** What people call a step; a step that left no row is called by its id. */
function nameOf(steps: Job["steps"], id: string | null | undefined): string {
  return steps.find((step) => step.id === id)?.name || (id ?? "");
}
