import { useCallback, useSyncExternalStore } from "react";

/** The time in milliseconds, which moves on every so many milliseconds. */
export function useNow(every: number): number {
  const subscribe = useCallback(
    (notify: () => void) => {
      const timer = setInterval(notify, every);
      return () => clearInterval(timer);
    },
    [every],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / every) * every);
}
