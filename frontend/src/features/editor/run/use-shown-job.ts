import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { loadJob, recentJobsQuery } from "@/features/editor/store/api";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { useEditorStore } from "@/features/editor/store/editor-store";
import { texts } from "@/features/editor/texts";
import { followJob, isEnded } from "@/shared/api/events";
import { throttle } from "@/shared/lib/throttle";
import { notifyError } from "@/shared/ui/notify";

const REFETCH_MS = 700;

/** Keeps the job of `?job=` on the canvas: once from the server, then live until it ends. */
export function useShownJob(): void {
  const store = useEditorStore();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const id = params.get("job");
  useEffect(() => {
    if (!id) {
      store.getState().showJob(null);
      return;
    }
    const { workflow } = store.getState();
    return follow(store, id, () => client.invalidateQueries(recentJobsQuery(workflow.id)));
  }, [store, client, id]);
}

function follow(store: EditorStore, id: string, onEnd: () => void): () => void {
  let stopFeed: (() => void) | null = null;
  let isStopped = false;
  const refresh = throttle({
    every: REFETCH_MS,
    run: () => {
      loadJob(id).then(
        (job) => (isStopped ? undefined : store.getState().receiveJob(job)),
        () => undefined, // the next event asks again, and the feed says so when there is no connection
      );
    },
  });
  const start = async () => {
    try {
      const job = await loadJob(id);
      if (isStopped) {
        return;
      }
      store.getState().showJob(job);
      if (!isEnded(job.status)) {
        stopFeed = followLive(store, { id, refresh: refresh.call, onEnd });
      }
    } catch (error) {
      notifyError({ title: texts.run.notFound, error });
    }
  };
  void start();
  return () => {
    isStopped = true;
    refresh.cancel();
    stopFeed?.();
  };
}

type Live = { id: string; refresh: () => void; onEnd: () => void };

function followLive(store: EditorStore, { id, refresh, onEnd }: Live): () => void {
  return followJob(id, {
    onEvent: (event) => {
      store.getState().receiveEvent(event);
      refresh();
    },
    onSnapshot: (job) => store.getState().receiveJob(job),
    onFeed: (feed) => {
      store.getState().setLive(feed === "live" || feed === "polling");
      if (feed === "ended") {
        refresh();
        onEnd();
      }
    },
  });
}
