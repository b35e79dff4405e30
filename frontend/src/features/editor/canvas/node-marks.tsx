import { Tooltip, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconAlertTriangleFilled, IconPinFilled, IconPower } from "@tabler/icons-react";
import classes from "@/features/editor/canvas/canvas.module.css";
import type { StepData } from "@/features/editor/canvas/flow-types";
import { stepTexts } from "@/features/editor/panel/texts";
import { useStale } from "@/features/editor/run/stale-provider";
import type { StepOverlay } from "@/features/editor/store/editor-state";
import { texts } from "@/features/editor/texts";
import { formatDuration } from "@/shared/lib/time";
import { STEP_STATUS_LOOK } from "@/shared/ui/status-badge";

/** The corner of a node: what is wrong with it, whether it is off or pinned, and how it went in the shown job. */
export function NodeMarks({ step, overlay, problems }: Pick<StepData, "step" | "overlay" | "problems">) {
  const isPinned = step.pinned_output !== undefined && step.pinned_output !== null;
  return (
    <div className={classes.marks}>
      {problems ? (
        <Tooltip label={problems} multiline maw={320} className={classes.tooltip}>
          <span className={classes.mark} data-tone="danger">
            <IconAlertTriangleFilled size={14} aria-hidden />
            <VisuallyHidden>{problems}</VisuallyHidden>
          </span>
        </Tooltip>
      ) : null}
      {step.enabled === false ? (
        <span className={classes.mark}>
          <IconPower size={14} aria-hidden />
        </span>
      ) : null}
      {isPinned ? (
        <span className={classes.mark} data-tone="pinned">
          <IconPinFilled size={14} aria-hidden />
        </span>
      ) : null}
      <StaleMark step={step.id} />
      {overlay ? <StatusMark overlay={overlay} /> : null}
    </div>
  );
}

/** The result is not what the step would give now. */
function StaleMark({ step }: { step: string }) {
  const stale = useStale().get(step);
  return stale ? (
    <Tooltip label={stepTexts.stale[stale]} multiline maw={320}>
      <span className={classes.mark} data-tone="stale">
        <IconAlertTriangle size={14} stroke={2.2} aria-hidden />
        <VisuallyHidden>{stepTexts.staleTitle}</VisuallyHidden>
      </span>
    </Tooltip>
  ) : null;
}

function StatusMark({ overlay }: { overlay: StepOverlay }) {
  const { icon: Icon, tone, label, spin } = STEP_STATUS_LOOK[overlay.status];
  const details = [
    overlay.attempts > 1 ? texts.panel.attempts(overlay.attempts) : "",
    overlay.failed > 0 && overlay.count > 1 ? texts.canvas.failed(overlay.failed, overlay.count) : "",
    overlay.message ?? "",
  ].filter(Boolean);
  return (
    <Tooltip label={[label, ...details].join("\n")} multiline maw={320} className={classes.tooltip}>
      <span className={classes.status} data-tone={tone}>
        <Icon size={14} stroke={2.4} aria-hidden className={spin ? classes.spin : undefined} />
        <span>{statusText(overlay, label)}</span>
      </span>
    </Tooltip>
  );
}

function statusText(overlay: StepOverlay, label: string): string {
  if (overlay.progress && overlay.status === "running") {
    return `${overlay.progress.done}/${overlay.progress.total}`;
  }
  const duration = overlay.duration === null ? "" : formatDuration(overlay.duration);
  const count = overlay.count > 1 ? texts.canvas.runs(overlay.count) : "";
  return [count, duration].filter(Boolean).join(" ") || label;
}
