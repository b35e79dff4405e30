import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "@/features/editor/bars/bars.module.css";
import { useShowStep } from "@/features/editor/bars/use-show-step";
import { stepTitle } from "@/features/editor/model/definition";
import { placeOf } from "@/features/editor/panel/problem-place";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCatalogue, selectDefinition } from "@/features/editor/store/selectors";
import type { Problem } from "@/shared/api/errors";
import { HelpText } from "@/shared/ui/help-text";

type ProblemLineProps = { problem: Problem; tone: "danger" | "warning"; onShow?: () => void };

/** One finding of validation: where, what, and what to do; it leads to its step. */
export function ProblemLine({ problem, tone, onShow }: ProblemLineProps) {
  const definition = useEditor(selectDefinition);
  const catalogue = useEditor(selectCatalogue);
  const showStep = useShowStep();
  const { step, field } = placeOf(problem, { definition, catalogue });
  const show = () => {
    if (!step) return;
    onShow?.();
    showStep(step.id, "settings");
  };
  return (
    <li>
      <button type="button" className={classes.problem} disabled={!step} onClick={show}>
        <IconAlertTriangle size={15} aria-hidden data-tone={tone} />
        {step ? <strong>{stepTitle(step)}</strong> : null}
        {field ? <span className={classes.place}>{field}</span> : null}
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
