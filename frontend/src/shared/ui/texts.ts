import type { JobStatus, StepStatus } from "@/shared/api/schemas";

export const uiTexts = {
  dataLook: (label: string) => `Show ${label.toLowerCase()} as`,
  dataLooks: { tree: "JSON", table: "Table", schema: "Schema", text: "Text" },
  moreRows: (count: number) => `${count} more rows are not shown.`,
  retry: "Try again",
  clear: "Clear",
  close: "Close",
  page: "Page",
  actions: "Actions",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Could not copy. Select the text and copy it by hand.",
  errorTitle: "This did not work",
  problemsTitle: "What to change",
  loading: "Loading",
  signedOut: {
    title: "You have been signed out",
    link: "Sign in again in another tab",
    after: ", then save. Your changes are kept here meanwhile.",
  },
  notRun: "not run",
  emptyValue: "No value.",
  jobStatus: {
    PENDING: "Pending",
    QUEUED: "Queued",
    RUNNING: "Running",
    WAITING: "Waiting",
    PAUSED: "Paused",
    SUCCESS: "Succeeded",
    FAILED: "Failed",
    CANCELLED: "Cancelled",
    TIMED_OUT: "Timed out",
  } satisfies Record<JobStatus, string>,
  stepStatus: {
    pending: "Pending",
    running: "Running",
    waiting: "Waiting",
    success: "Succeeded",
    failed: "Failed",
    skipped: "Skipped",
    cancelled: "Cancelled",
  } satisfies Record<StepStatus, string>,
  packageState: { waiting: "Waiting", building: "Installing", ready: "Installed", failed: "Failed" },
  trigger: {
    MANUAL: "By hand",
    API: "API",
    SCHEDULE: "Schedule",
    WEBHOOK: "Webhook",
    FORM: "Form",
    SUBFLOW: "Subflow",
    RETRY: "Retry",
    ERROR: "Error workflow",
    MCP: "MCP",
  },
} as const;

/** The label of what started a job; an unknown word is shown as it came. */
export function triggerLabel(trigger: string): string {
  const labels: Record<string, string> = uiTexts.trigger;
  return labels[trigger.toUpperCase()] ?? trigger;
}
