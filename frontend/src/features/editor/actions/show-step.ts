import { collapsedAround } from "@/features/editor/model/collapse";
import type { EditorState, PanelTab } from "@/features/editor/store/editor-state";
import { selectDefinition } from "@/features/editor/store/selectors";

/**
 * Selects a step, brings it into view and opens the panel at a tab. What it lies hidden in is opened, by those who may
 * change the workflow: which containers are open is part of it.
 */
export function showStep(state: EditorState, { id, tab }: { id: string; tab: PanelTab }): void {
  const ids = collapsedAround(selectDefinition(state), id);
  if (ids.length > 0 && state.canEdit) {
    state.edit({ kind: "collapse", ids, collapsed: false });
  }
  state.select({ steps: [id] });
  state.setPanelTab(tab);
  state.setView({ panel: "auto", revealed: { id } });
}
