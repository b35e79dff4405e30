import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useOpenJob } from "@/features/editor/run/use-open-job";
import { recentJobsQuery } from "@/features/editor/store/api";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectJob, selectWorkflow } from "@/features/editor/store/selectors";
import { isEnded } from "@/shared/api/events";

const POLL_MS = 3000;
const selectIsFollowing = (state: EditorState) => state.isFollowing;

/** Looks for new jobs while the page is visible and shows the newest, so that a webhook's job appears by itself. */
export function useFollowJobs(): void {
  const store = useEditorStore();
  const openJob = useOpenJob();
  const { id } = useEditor(selectWorkflow);
  const isFollowing = useEditor(selectIsFollowing);
  const newest = useQuery({ ...recentJobsQuery(id), refetchInterval: POLL_MS }).data?.results[0];
  const known = useRef<string | null>(null);
  const isFirstLook = known.current === null;
  useEffect(() => {
    if (newest === undefined) {
      return;
    }
    const isNew = known.current !== null && known.current !== newest.id;
    known.current = newest.id;
    const shown = selectJob(store.getState());
    const isBusy = shown !== null && !isEnded(shown.status);
    const isOpenFirst = isFirstLook && !isEnded(newest.status);
    if (isFollowing && (isNew || isOpenFirst) && !isBusy && shown?.id !== newest.id) {
      openJob(newest.id);
    }
  }, [newest, isFollowing, isFirstLook, openJob, store]);
}
