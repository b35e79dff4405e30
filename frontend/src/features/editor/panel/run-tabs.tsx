import { Alert, Group, Select, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Step } from "@/features/editor/model/definition";
import { findStep, outputName, stepTitle } from "@/features/editor/model/definition";
import { visibleSteps } from "@/features/editor/model/graph";
import { isPinned } from "@/features/editor/model/trial";
import { NoInput } from "@/features/editor/panel/no-input";
import classes from "@/features/editor/panel/panel.module.css";
import { PinOutput } from "@/features/editor/panel/pin-output";
import { stepTexts } from "@/features/editor/panel/texts";
import { useStale } from "@/features/editor/run/stale-provider";
import type { EditorState, Run } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  runsOfStep,
  selectChosenPath,
  selectDefinition,
  selectJob,
  selectRuns,
  shownRun,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { Duration } from "@/shared/ui/duration";
import { FailureText } from "@/shared/ui/failure-text";
import { STEP_STATUS_LOOK, StepStatusBadge } from "@/shared/ui/status-badge";
import { ValueView } from "@/shared/ui/value-view";

const selectTrying = (state: EditorState) => state.trying;
const selectChoosePath = (state: EditorState) => state.choosePath;

type TabProps = { step: Step };

/** What came in; before the step has run, what would. */
export function InputTab({ step }: TabProps) {
  const hasRun = runsOfStep(useEditor(selectRuns), step.id).length > 0;
  if (!hasRun) {
    return <Upstream step={step} path={step.id} ifNothing={<NoInput />} />;
  }
  return (
    <RunFrame step={step}>
      {(run) => (
        <Stack gap="md">
          {run.input === null ? null : <Titled title={texts.panel.rendered} value={run.input} />}
          <Upstream step={step} path={run.path} />
        </Stack>
      )}
    </RunFrame>
  );
}

export function OutputTab({ step }: TabProps) {
  return (
    <RunFrame step={step}>
      {(run) => (
        <>
          <PinOutput step={step} run={run} />
          <Titled title={texts.panel.tabs.output} value={run.output} path={outputName(step)} />
        </>
      )}
    </RunFrame>
  );
}

export function LogTab({ step }: TabProps) {
  return (
    <RunFrame step={step}>
      {(run) =>
        run.log ? (
          <pre className={classes.log}>{run.log}</pre>
        ) : (
          <Text size="sm" c="dimmed">
            {run.status === "running" ? texts.panel.noLogYet : texts.panel.noLog}
          </Text>
        )
      }
    </RunFrame>
  );
}

/** The log under the output, where there is one. */
export function LogBelow({ step }: TabProps) {
  const runs = runsOfStep(useEditor(selectRuns), step.id);
  const run = shownRun(runs, useEditor(selectChosenPath)[step.id]);
  return run?.log ? (
    <Stack gap={4} mt="md">
      <Text size="xs" fw={600} c="dimmed">
        {texts.panel.tabs.log}
      </Text>
      <pre className={classes.log}>{run.log}</pre>
    </Stack>
  ) : null;
}

/** The run that the tabs speak about, with its state and a choice of iterations. */
function RunFrame({ step, children }: TabProps & { children: (run: Run) => ReactNode }) {
  const job = useEditor(selectJob);
  const runs = runsOfStep(useEditor(selectRuns), step.id);
  const chosenPath = useEditor(selectChosenPath)[step.id];
  const choosePath = useEditor(selectChoosePath);
  const trying = useEditor(selectTrying);
  const run = shownRun(runs, chosenPath);
  if (!run) {
    return (
      <Text size="sm" c="dimmed">
        {trying === step.id ? stepTexts.running : job ? texts.panel.notReached : texts.panel.noJob}
      </Text>
    );
  }
  return (
    <Stack gap="md">
      {runs.length > 1 ? (
        <Select
          label={texts.panel.iteration}
          data={runs.map((one) => ({ value: one.path, label: iterationLabel(one) }))}
          value={run.path}
          searchable
          limit={200} // of thousands; searching finds the others
          allowDeselect={false}
          onChange={(path) => (path ? choosePath(step.id, path) : undefined)}
        />
      ) : null}
      <Group gap="sm">
        <StepStatusBadge status={run.status} />
        <Text size="sm" c="dimmed">
          <Duration seconds={run.duration} since={run.status === "running" ? run.startedAt : null} />
        </Text>
        {run.attempts > 1 ? (
          <Text size="sm" c="dimmed">
            {texts.panel.attempts(run.attempts)}
          </Text>
        ) : null}
      </Group>
      <Origin step={step} run={run} />
      {run.message ? (
        <Alert color="red" p="sm">
          <FailureText message={run.message} />
        </Alert>
      ) : null}
      {children(run)}
    </Stack>
  );
}

const SOURCES = {
  reused: stepTexts.reused,
  pinned: stepTexts.pinnedResult,
  cached: stepTexts.cached,
} as const;

/** Where the shown result comes from, if not from a run of the step in the shown job, and whether it still holds. */
function Origin({ step, run }: TabProps & { run: Run }) {
  const stale = useStale().get(step.id);
  const source = run.ranAs ? stepTexts.trial : run.source ? SOURCES[run.source] : null;
  return (
    <>
      {source ? (
        <Text size="xs" c="dimmed">
          {source}
        </Text>
      ) : null}
      {run.waits ? (
        <Alert color="yellow" p="xs">
          <Text size="xs">{stepTexts.waits(run.waits)}</Text>
        </Alert>
      ) : null}
      {stale ? (
        <Alert color="yellow" p="xs" icon={<IconAlertTriangle size={16} aria-hidden />}>
          <Text size="xs">{stepTexts.stale[stale]}</Text>
        </Alert>
      ) : null}
    </>
  );
}

/** `orders[1].rows[0] · Failed`: the pass of each loop around, as paths in logs and errors have it. */
function iterationLabel({ path, status }: Run): string {
  const passes = path.slice(0, path.lastIndexOf("."));
  return `${passes || path} · ${STEP_STATUS_LOOK[status].label}`;
}

/** The results of the steps before, and the job's own input: what this step's expressions could name. */
function Upstream({ step, path, ifNothing = null }: TabProps & { path: string; ifNothing?: ReactNode }) {
  const definition = useEditor(selectDefinition);
  const runs = useEditor(selectRuns);
  const job = useEditor(selectJob);
  const before = [...visibleSteps(definition, step.id)].flatMap((id) => {
    const source = findStep(definition, id);
    const found = source && resultOf(source, nearest(runsOfStep(runs, id), path));
    return source && found ? [{ ...found, id, title: stepTitle(source), path: outputName(source) }] : [];
  });
  if (before.length === 0 && !job?.execution_context) {
    return ifNothing;
  }
  return (
    <Stack gap="md">
      {before.map(({ id, ...shown }) => (
        <Titled key={id} {...shown} />
      ))}
      {job?.execution_context ? <Titled title={texts.panel.variables} value={job.execution_context} /> : null}
    </Stack>
  );
}

/** What a step hands on: a pinned output comes before that of any run. */
function resultOf(step: Step, run: Run | undefined): { value: unknown } | null {
  if (isPinned(step)) {
    return { value: step.pinned_output };
  }
  return run ? { value: run.output } : null;
}

/** Of several iterations the one that lies in the same pass of the loop. */
function nearest(runs: readonly Run[], path: string): Run | undefined {
  const scope = path.slice(0, path.lastIndexOf(".") + 1);
  return runs.find((run) => run.path.startsWith(scope)) ?? runs[0];
}

function Titled({ title, value, path }: { title: string; value: unknown; path?: string }) {
  return (
    <div>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {title}
      </Text>
      <ValueView value={value} label={title} {...(path ? { path } : {})} />
    </div>
  );
}
