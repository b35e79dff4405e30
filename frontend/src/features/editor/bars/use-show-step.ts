import { useCallback } from "react";
import type { PanelTab } from "@/features/editor/store/editor-state";
import { useEditorStore } from "@/features/editor/store/editor-store";

/** Selects a step, brings it into view and opens the panel at a tab. */
export function useShowStep(): (id: string, tab: PanelTab) => void {
  const store = useEditorStore();
  return useCallback(
    (id, tab) => {
      const { select, setPanelTab, setView } = store.getState();
      select({ steps: [id] });
      setPanelTab(tab);
      setView({ panel: "auto", revealed: { id } });
    },
    [store],
  );
}
