import { Accordion, Group, Text } from "@mantine/core";
import { RetryFrom } from "@/features/jobs/retry-from";
import { StepDetails } from "@/features/jobs/step-details";
import classes from "@/features/jobs/step-list.module.css";
import { jobTexts } from "@/features/jobs/texts";
import type { StepRun } from "@/shared/api/schemas";
import { Duration } from "@/shared/ui/duration";
import { StepStatusBadge } from "@/shared/ui/status-badge";

const texts = jobTexts.step;

type StepListProps = {
  job: string;
  steps: readonly StepRun[];
  failedPath: string | null;
  retryOf?: string | null;
};

/** The steps in the order in which they were decided; the one that failed is open. */
export function StepList({ job, steps, failedPath, retryOf = null }: StepListProps) {
  if (steps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {jobTexts.page.noSteps}
      </Text>
    );
  }
  return (
    <Accordion
      multiple
      variant="contained"
      keepMounted={false}
      defaultValue={failedPath ? [failedPath] : []}
      classNames={{ item: classes.item, control: classes.control }}
    >
      {steps.map((step) => (
        <Accordion.Item key={step.path} value={step.path}>
          <Accordion.Control>
            <StepSummary step={step} />
          </Accordion.Control>
          <Accordion.Panel>
            <StepDetails job={job} step={step} />
            {retryOf ? <RetryFrom id={retryOf} path={step.path} /> : null}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function StepSummary({ step }: { step: StepRun }) {
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" pr="sm">
      <div className={classes.name} style={{ paddingLeft: depthOf(step.path) * 16 }}>
        <Text span size="sm" fw={550}>
          {step.name ?? step.id}
        </Text>
        <Text span size="xs" c="dimmed" ml={8}>
          {[step.type, step.path === step.id ? null : step.path, ...remarksOf(step)]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </div>
      <Group gap="md" wrap="nowrap">
        <Text span size="xs" c="dimmed">
          <Duration seconds={step.duration} since={step.status === "running" ? step.started_at : null} />
        </Text>
        <StepStatusBadge status={step.status} />
      </Group>
    </Group>
  );
}

function remarksOf({ attempts, continued, port, cached }: StepRun): string[] {
  return [
    attempts.length > 1 ? texts.attempts(attempts.length) : "",
    continued ? texts.continued : "",
    port ? texts.branch(port) : "",
    cached ? texts.cached : "",
  ].filter((remark) => remark !== "");
}

function depthOf(path: string): number {
  return path.split(".").length - 1;
}
