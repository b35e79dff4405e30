import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import classes from "@/features/editor/bars/bars.module.css";
import { useShowStep } from "@/features/editor/bars/use-show-step";
import { findStep, stepTitle } from "@/features/editor/model/definition";
import { stepOfProblem } from "@/features/editor/model/problems";
import { HelpText } from "@/features/editor/panel/help-text";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectDefinition,
  selectProblems,
  selectSetView,
  selectWarnings,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import type { Problem } from "@/shared/api/errors";

const selectIsOpen = (state: EditorState) => state.isProblemListOpen;

export function ProblemsButton() {
  const problems = useEditor(selectProblems);
  const warnings = useEditor(selectWarnings);
  const isOpen = useEditor(selectIsOpen);
  const setView = useEditor(selectSetView);
  if (problems.length + warnings.length === 0) {
    return (
      <span className={classes.clean}>
        <IconCircleCheck size={15} aria-hidden />
        {texts.problems.none}
      </span>
    );
  }
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color={problems.length > 0 ? "red" : "yellow"}
      leftSection={<IconAlertTriangle size={15} aria-hidden />}
      aria-expanded={isOpen}
      onClick={() => setView({ isProblemListOpen: !isOpen })}
    >
      {texts.problems.count(problems.length, warnings.length)}
    </Button>
  );
}

/** All findings of validation; each leads to its step. */
export function ProblemDrawer() {
  const problems = useEditor(selectProblems);
  const warnings = useEditor(selectWarnings);
  const isOpen = useEditor(selectIsOpen);
  if (!isOpen || problems.length + warnings.length === 0) {
    return null;
  }
  return (
    <section className={classes.drawer} aria-label={texts.problems.title}>
      <ul>
        {problems.map((problem) => (
          <ProblemLine key={`${problem.path}:${problem.message}`} problem={problem} tone="danger" />
        ))}
        {warnings.map((problem) => (
          <ProblemLine key={`${problem.path}:${problem.message}`} problem={problem} tone="warning" />
        ))}
      </ul>
    </section>
  );
}

function ProblemLine({ problem, tone }: { problem: Problem; tone: "danger" | "warning" }) {
  const definition = useEditor(selectDefinition);
  const showStep = useShowStep();
  const id = stepOfProblem(definition, problem);
  const step = id ? findStep(definition, id) : undefined;
  return (
    <li>
      <button
        type="button"
        className={classes.problem}
        disabled={!step}
        onClick={() => (step ? showStep(step.id, "settings") : undefined)}
      >
        <IconAlertTriangle size={15} aria-hidden data-tone={tone} />
        {step ? <strong>{stepTitle(step)}</strong> : null}
        <span>
          <HelpText text={problem.message} />
        </span>
        {problem.hint ? (
          <span className={classes.quiet}>
            <HelpText text={problem.hint} />
          </span>
        ) : null}
      </button>
    </li>
  );
}
