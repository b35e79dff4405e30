import type { TablerIcon } from "@tabler/icons-react";
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockHour4,
  IconClockX,
  IconLoader2,
  IconPlayerPause,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import type { JobStatus, StepStatus } from "@/shared/api/schemas";
import classes from "@/shared/ui/status-badge.module.css";
import { uiTexts } from "@/shared/ui/texts";

export type Tone = "neutral" | "info" | "success" | "danger" | "warning";

export type StatusLook = { tone: Tone; icon: TablerIcon; label: string; spin?: boolean };

/** How each status of a job looks, everywhere: colour, icon and word, so that colour never stands alone. */
export const JOB_STATUS_LOOK: Record<JobStatus, StatusLook> = {
  PENDING: { tone: "neutral", icon: IconCircleDashed, label: uiTexts.jobStatus.PENDING },
  QUEUED: { tone: "neutral", icon: IconClockHour4, label: uiTexts.jobStatus.QUEUED },
  RUNNING: { tone: "info", icon: IconLoader2, label: uiTexts.jobStatus.RUNNING, spin: true },
  WAITING: { tone: "warning", icon: IconClockHour4, label: uiTexts.jobStatus.WAITING },
  PAUSED: { tone: "warning", icon: IconPlayerPause, label: uiTexts.jobStatus.PAUSED },
  SUCCESS: { tone: "success", icon: IconCircleCheck, label: uiTexts.jobStatus.SUCCESS },
  FAILED: { tone: "danger", icon: IconCircleX, label: uiTexts.jobStatus.FAILED },
  CANCELLED: { tone: "neutral", icon: IconBan, label: uiTexts.jobStatus.CANCELLED },
  TIMED_OUT: { tone: "danger", icon: IconClockX, label: uiTexts.jobStatus.TIMED_OUT },
};

/** The same for the steps of a job. */
export const STEP_STATUS_LOOK: Record<StepStatus, StatusLook> = {
  pending: { tone: "neutral", icon: IconCircleDashed, label: uiTexts.stepStatus.pending },
  running: { tone: "info", icon: IconLoader2, label: uiTexts.stepStatus.running, spin: true },
  waiting: { tone: "warning", icon: IconClockHour4, label: uiTexts.stepStatus.waiting },
  success: { tone: "success", icon: IconCircleCheck, label: uiTexts.stepStatus.success },
  failed: { tone: "danger", icon: IconCircleX, label: uiTexts.stepStatus.failed },
  skipped: { tone: "neutral", icon: IconPlayerTrackNext, label: uiTexts.stepStatus.skipped },
  cancelled: { tone: "neutral", icon: IconBan, label: uiTexts.stepStatus.cancelled },
};

export function JobStatusBadge({ status }: { status: JobStatus }) {
  return <StatusBadge {...JOB_STATUS_LOOK[status]} />;
}

export function StepStatusBadge({ status }: { status: StepStatus }) {
  return <StatusBadge {...STEP_STATUS_LOOK[status]} />;
}

export function StatusBadge({ tone, icon: Icon = IconAlertTriangle, label, spin = false }: StatusLook) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={14} stroke={2.2} aria-hidden className={spin ? classes.spin : undefined} />
      {label}
    </span>
  );
}
