import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createContext, use, useMemo, useRef } from "react";
import { findStep } from "@/features/editor/model/definition";
import type { Ran, Stale } from "@/features/editor/model/stale";
import { staleSteps } from "@/features/editor/model/stale";
import { jobDefinitionQuery } from "@/features/editor/store/api";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDefinition, selectJob, selectRuns } from "@/features/editor/store/selectors";

type StaleMap = ReadonlyMap<string, Stale>;

const NOTHING: StaleMap = new Map();
const GAVE = new Set(["success", "failed"]);
const StaleContext = createContext<StaleMap>(NOTHING);

/** The steps whose shown results are out of date. */
export function useStale(): StaleMap {
  return use(StaleContext);
}

/** Compares the draft with what the shown results came from: once for the canvas and the panel. */
export function StaleProvider({
  className,
  children,
}: {
  className?: string | undefined;
  children: ReactNode;
}) {
  return (
    <StaleContext value={useStaleSteps()}>
      <div className={className}>{children}</div>
    </StaleContext>
  );
}

function useStaleSteps(): StaleMap {
  const definition = useEditor(selectDefinition);
  const ran = useRanAs();
  const kept = useRef(NOTHING);
  const found = useMemo(
    () => (ran.size > 0 ? staleSteps(definition, (id) => ran.get(id)) : NOTHING),
    [definition, ran],
  );
  // The same findings keep their identity, so that typing does not draw every node anew.
  if (!isSame(kept.current, found)) {
    kept.current = found;
  }
  return kept.current;
}

/** Each step that has a result, as it was when it gave it. */
function useRanAs(): ReadonlyMap<string, Ran> {
  const runs = useEditor(selectRuns);
  const job = useEditor(selectJob);
  const source = useQuery({ ...jobDefinitionQuery(job?.id ?? ""), enabled: job !== null }).data;
  return useMemo(() => {
    const found = new Map<string, Ran>();
    for (const run of Object.values(runs)) {
      const step = run.ranAs?.id === run.step ? run.ranAs : source && findStep(source, run.step);
      if (step && GAVE.has(run.status)) {
        const outputs = [...(found.get(run.step)?.outputs ?? []), run.output];
        found.set(run.step, { step, outputs, wasPinned: run.source === "pinned" });
      }
    }
    return found;
  }, [runs, source]);
}

function isSame(one: StaleMap, other: StaleMap): boolean {
  return one.size === other.size && [...one].every(([id, stale]) => other.get(id) === stale);
}
