import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import classes from "@/features/editor/bars/bars.module.css";
import { ProblemLine } from "@/features/editor/bars/problem-line";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectProblems, selectSetView, selectWarnings } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

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
