import { Button } from "@mantine/core";
import { IconTimeline } from "@tabler/icons-react";
import barClasses from "@/features/editor/bars/bars.module.css";
import { useShowStep } from "@/features/editor/bars/use-show-step";
import { findStep, stepTitle } from "@/features/editor/model/definition";
import classes from "@/features/editor/run/timeline.module.css";
import type { TimelineRow } from "@/features/editor/run/timeline-rows";
import { timelineOf } from "@/features/editor/run/timeline-rows";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDefinition, selectJob, selectRuns, selectSetView } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { formatDuration } from "@/shared/lib/time";
import { STEP_STATUS_LOOK } from "@/shared/ui/status-badge";

const selectIsOpen = (state: EditorState) => state.isTimelineOpen;

export function TimelineButton() {
  const isOpen = useEditor(selectIsOpen);
  const setView = useEditor(selectSetView);
  return (
    <Button
      size="compact-sm"
      fz={13}
      variant="subtle"
      leftSection={<IconTimeline size={15} aria-hidden />}
      aria-expanded={isOpen}
      onClick={() => setView({ isTimelineOpen: !isOpen })}
    >
      {texts.timeline.title}
    </Button>
  );
}

/** When each step of the shown job ran, and for how long; a bar leads to its step and iteration. */
export function TimelineDrawer() {
  const isOpen = useEditor(selectIsOpen);
  const job = useEditor(selectJob);
  const runs = useEditor(selectRuns);
  if (!isOpen || !job) {
    return null;
  }
  const { rows, seconds, left } = timelineOf(Object.values(runs), Date.now());
  return (
    <section className={barClasses.drawer} aria-label={texts.timeline.title}>
      <p className={classes.total}>{texts.timeline.total(formatDuration(seconds))}</p>
      <ul className={classes.rows}>
        {rows.map((row) => (
          <Row key={row.run.path} row={row} />
        ))}
      </ul>
      {left > 0 ? <p className={classes.total}>{texts.timeline.more(left)}</p> : null}
    </section>
  );
}

function Row({ row: { run, start, length, seconds } }: { row: TimelineRow }) {
  const definition = useEditor(selectDefinition);
  const choosePath = useEditor((state) => state.choosePath);
  const showStep = useShowStep();
  const step = findStep(definition, run.step);
  const { tone, label } = STEP_STATUS_LOOK[run.status];
  const notes = [label, formatDuration(seconds), run.attempts > 1 ? texts.panel.attempts(run.attempts) : ""];
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        disabled={!step}
        onClick={() => {
          choosePath(run.step, run.path);
          showStep(run.step, "output");
        }}
      >
        <span className={classes.name}>
          {step ? stepTitle(step) : run.step}
          {run.path === run.step ? null : <small> {run.path.slice(0, run.path.lastIndexOf("."))}</small>}
        </span>
        <span className={classes.track}>
          <span className={classes.bar} data-tone={tone} style={{ left: `${start}%`, width: `${length}%` }} />
        </span>
        <span className={classes.note}>{notes.filter(Boolean).join(", ")}</span>
      </button>
    </li>
  );
}
