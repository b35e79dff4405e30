import { useCallback } from "react";
import { showStep } from "@/features/editor/actions/show-step";
import type { PanelTab } from "@/features/editor/store/editor-state";
import { useEditorStore } from "@/features/editor/store/editor-store";

/** Selects a step, brings it into view and opens the panel at a tab. */
export function useShowStep(): (id: string, tab: PanelTab) => void {
  const store = useEditorStore();
  return useCallback((id, tab) => showStep(store.getState(), { id, tab }), [store]);
}
