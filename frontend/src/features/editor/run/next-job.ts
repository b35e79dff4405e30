import { isEnded } from "@/shared/api/events";
import type { Job, JobSummary } from "@/shared/api/schemas";

type Jobs = {
  /** The last jobs of the workflow, the newest first. */
  recent: readonly JobSummary[];
  /** The newest when it was last looked; null when there was none, undefined before the first look. */
  seen: string | null | undefined;
  shown: Pick<Job, "id" | "status"> | null;
};

/** The job that a canvas which follows new jobs goes to, if any: what is shown and still runs stays. */
export function nextJob({ recent, seen, shown }: Jobs): string | null {
  const [newest] = recent;
  const isBusy = shown !== null && !isEnded(shown.status);
  if (!newest || newest.id === shown?.id || newest.id === seen || isBusy) {
    return null;
  }
  const isFirstLook = seen === undefined;
  return isFirstLook && (shown !== null || isEnded(newest.status)) ? null : newest.id;
}
