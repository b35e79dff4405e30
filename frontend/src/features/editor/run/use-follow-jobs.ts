import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";
import { nextJob } from "@/features/editor/run/next-job";
import { useOpenJob } from "@/features/editor/run/use-open-job";
import { recentJobsQuery } from "@/features/editor/store/api";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectJob, selectWorkflow } from "@/features/editor/store/selectors";
import { isEnded } from "@/shared/api/events";

const POLL_MS = 2000;
const selectIsFollowing = (state: EditorState) => state.isFollowing;

/** Looks for new jobs while the page is visible and shows the newest, so that a webhook's job appears by itself. */
export function useFollowJobs(): void {
  const openJob = useOpenJob();
  const { id } = useEditor(selectWorkflow);
  const isFollowing = useEditor(selectIsFollowing);
  const job = useEditor(selectJob);
  const [params] = useSearchParams();
  const recent = useQuery({ ...recentJobsQuery(id), refetchInterval: POLL_MS }).data?.results;
  const seen = useRef<string | null | undefined>(undefined);
  const asked = params.get("job");
  useEffect(() => {
    // A job that was asked for and is not loaded yet counts as running: it is not pushed aside.
    const isLoading = asked !== null && job?.id !== asked;
    const shown = isLoading ? { id: asked, status: "PENDING" as const } : job;
    if (!recent || (isFollowing && shown && !isEnded(shown.status) && seen.current !== undefined)) {
      return;
    }
    const next = isFollowing ? nextJob({ recent, seen: seen.current, shown }) : null;
    seen.current = recent[0]?.id ?? null;
    if (next) {
      openJob(next);
    }
  }, [recent, job, asked, isFollowing, openJob]);
}
