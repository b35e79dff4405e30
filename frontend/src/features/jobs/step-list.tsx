import { Accordion, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { RetryButton } from "@/features/jobs/retry-button";
import type { StepFilter } from "@/features/jobs/shown-steps";
import { matching, pageOfStep, STEPS_PAGE } from "@/features/jobs/shown-steps";
import { StepDetails } from "@/features/jobs/step-details";
import classes from "@/features/jobs/step-list.module.css";
import { jobTexts } from "@/features/jobs/texts";
import type { Job, StepRun } from "@/shared/api/schemas";
import { Duration } from "@/shared/ui/duration";
import { later } from "@/shared/ui/later";
import { Pager } from "@/shared/ui/pager";
import { StepStatusBadge } from "@/shared/ui/status-badge";

const texts = jobTexts.step;

const StepFilters = later(
  async () => (await import("@/features/jobs/step-filters")).StepFilters,
  () => true,
);

type StepListProps = {
  job: string;
  steps: readonly StepRun[];
  failedPath: string | null;
  /** The ended job that may be run again from each step on. */
  retryOf?: Job | null;
};

/** The steps in the order in which they were decided, in pages where a loop made many; the one that failed is open. */
export function StepList({ job, steps, failedPath, retryOf = null }: StepListProps) {
  const [filter, setFilter] = useState<StepFilter>({ text: "", status: "" });
  const [chosenPage, setPage] = useState<number | null>(null);
  const found = matching(steps, filter);
  const page = chosenPage ?? pageOfStep(found, failedPath);
  const change = (next: Partial<StepFilter>) => {
    setFilter({ ...filter, ...next });
    setPage(1);
  };
  if (steps.length === 0) return <Quiet text={jobTexts.page.noSteps} />;
  return (
    <Stack gap="sm">
      {steps.length > STEPS_PAGE ? (
        <StepFilters filter={filter} onChange={change} count={found.length} />
      ) : null}
      {found.length === 0 ? <Quiet text={texts.noneFound} /> : null}
      <Accordion
        key={page}
        multiple
        variant="contained"
        keepMounted={false}
        defaultValue={failedPath ? [failedPath] : []}
        classNames={{ item: classes.item, control: classes.control }}
      >
        {found.slice((page - 1) * STEPS_PAGE, page * STEPS_PAGE).map((step) => (
          <Accordion.Item key={step.path} value={step.path}>
            <Accordion.Control>
              <StepSummary step={step} />
            </Accordion.Control>
            <Accordion.Panel>
              <StepDetails job={job} step={step} />
              {retryOf ? (
                <RetryButton
                  job={retryOf}
                  part={{ from_step: step.path }}
                  label={jobTexts.retry.from_here}
                  look={{ mt: "sm", size: "compact-sm" }}
                />
              ) : null}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <Pager count={found.length} size={STEPS_PAGE} page={page} onChange={setPage} />
    </Stack>
  );
}

function Quiet({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
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
