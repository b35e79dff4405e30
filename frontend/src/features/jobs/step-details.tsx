import { Alert, Code, List, Tabs, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { StepLog } from "@/features/jobs/step-log";
import { StepOutput } from "@/features/jobs/step-output";
import { jobTexts } from "@/features/jobs/texts";
import type { RunError, StepRun } from "@/shared/api/schemas";
import { formatDuration } from "@/shared/lib/time";
import { FailureText } from "@/shared/ui/failure-text";
import { JsonViewer } from "@/shared/ui/json-viewer";

const texts = jobTexts.step;

/** What went in, what came out, what was written, and every attempt. */
export function StepDetails({ job, step }: { job: string; step: StepRun }) {
  const { input, attempts, error } = step;
  return (
    <>
      {error ? <StepError error={error} /> : null}
      <Tabs
        defaultValue={error ? "log" : "output"}
        keepMounted={false}
        variant="pills"
        aria-label={texts.details(step.id)}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="output">{texts.tabs.output}</Tabs.Tab>
          <Tabs.Tab value="input">{texts.tabs.input}</Tabs.Tab>
          <Tabs.Tab value="log">{texts.tabs.log}</Tabs.Tab>
          {attempts.length > 1 ? <Tabs.Tab value="attempts">{texts.tabs.attempts}</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="output">
          <StepOutput job={job} step={step} />
        </Tabs.Panel>
        <Tabs.Panel value="input">
          <JsonViewer value={input} label={texts.tabs.input} empty={texts.noInput} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <StepLog job={job} step={step} />
        </Tabs.Panel>
        <Tabs.Panel value="attempts">
          <Attempts attempts={attempts} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function StepError({ error: { message, hint, type, line } }: { error: RunError }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} mb="sm">
      <FailureText message={message} />
      {hint ? <Text size="sm">{hint}</Text> : null}
      <Text size="xs" c="dimmed">
        <Code>{type}</Code> {line ? `· ${jobTexts.error.line} ${line}` : ""}
      </Text>
    </Alert>
  );
}

function Attempts({ attempts }: { attempts: StepRun["attempts"] }) {
  return (
    <List type="ordered" size="sm" spacing={4}>
      {attempts.map(({ started_at, ended_at, error }, index) => (
        <List.Item key={started_at ?? texts.attempt(index)}>
          {error?.message ?? texts.succeeded}
          <Text span size="xs" c="dimmed" ml={8}>
            {lengthOf({ started_at, ended_at })}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function lengthOf({
  started_at,
  ended_at,
}: {
  started_at?: string | null;
  ended_at?: string | null;
}): string {
  if (!started_at || !ended_at) return "";
  return formatDuration((Date.parse(ended_at) - Date.parse(started_at)) / 1000);
}
