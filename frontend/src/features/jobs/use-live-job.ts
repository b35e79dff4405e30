import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { withText } from "@/features/jobs/live-text";
import type { Feed } from "@/shared/api/events";
import { followJob, isEnded } from "@/shared/api/events";
import { jobLogsQuery, jobQuery } from "@/shared/api/job-queries";
import { throttle } from "@/shared/lib/throttle";

const REFRESH_EVERY = 700;

/** A job that keeps itself up to date: each event asks for it again, at most every 0.7 seconds. */
export function useLiveJob(id: string) {
  const client = useQueryClient();
  const query = useQuery(jobQuery(id));
  const [feed, setFeed] = useState<Feed>("connecting");
  const running = query.data !== undefined && !isEnded(query.data.status);
  useEffect(() => {
    if (!running) return;
    const refresh = throttle({
      every: REFRESH_EVERY,
      run: () => {
        void client.invalidateQueries({ queryKey: jobQuery(id).queryKey });
        void client.invalidateQueries({ queryKey: jobLogsQuery(id).queryKey });
      },
    });
    const refreshLog = throttle({
      every: REFRESH_EVERY,
      run: () => void client.invalidateQueries({ queryKey: jobLogsQuery(id).queryKey }),
    });
    const stop = followJob(id, {
      onEvent: refresh.call,
      onText: (event) => {
        client.setQueryData(jobQuery(id).queryKey, (job) => job && withText({ job, event }));
        refreshLog.call();
      },
      onSnapshot: (job) => client.setQueryData(jobQuery(id).queryKey, job),
      onFeed: setFeed,
    });
    return () => {
      stop();
      refreshLog.cancel();
      refresh.flush();
    };
  }, [id, running, client]);
  return { query, feed: running ? feed : "ended" } as const;
}
