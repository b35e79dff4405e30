import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import type { PanelTab } from "@/features/editor/store/editor-state";
import { useEditorStore } from "@/features/editor/store/editor-store";

/** Selects a step, brings it into view and opens the panel at a tab. */
export function useShowStep(): (id: string, tab: PanelTab) => void {
  const store = useEditorStore();
  const flow = useReactFlow();
  return useCallback(
    (id, tab) => {
      store.getState().select({ steps: [id] });
      store.getState().setPanelTab(tab);
      store.getState().setView({ panel: "auto" });
      void flow.fitView({ nodes: [{ id }], duration: 250, maxZoom: 1, padding: 0.6 });
    },
    [store, flow],
  );
}
