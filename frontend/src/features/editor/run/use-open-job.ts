import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** Shows a job on the canvas, or none: the address says which. */
export function useOpenJob(): (id: string | null) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (id) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (id) {
            next.set("job", id);
          } else {
            next.delete("job");
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
}
