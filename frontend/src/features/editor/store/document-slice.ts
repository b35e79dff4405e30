import type { StateCreator } from "zustand";
import type { Catalogue } from "@/features/editor/model/catalogue";
import type { Definition } from "@/features/editor/model/definition";
import { commit, redo, startHistory, undo } from "@/features/editor/model/history";
import { apply } from "@/features/editor/model/operations";
import type { DocumentSlice, EditorState, WorkflowInfo } from "@/features/editor/store/editor-state";
import { pruneSelection } from "@/features/editor/store/selection-slice";

type Start = { workflow: WorkflowInfo; definition: Definition; catalogue: Catalogue; now: () => number };

/** The definition with its history; the only place that changes it. */
export function createDocumentSlice(start: Start): StateCreator<EditorState, [], [], DocumentSlice> {
  return (set) => ({
    workflow: start.workflow,
    catalogue: start.catalogue,
    history: startHistory(start.definition),
    edit: (operation, { coalesceKey } = {}) =>
      set((state) => {
        if (!state.canEdit) {
          return state;
        }
        const next = apply(state.history.present, operation, state.catalogue);
        return settle(state, commit(state.history, next, { coalesceKey, now: start.now() }));
      }),
    undo: () => set((state) => settle(state, undo(state.history))),
    redo: () => set((state) => settle(state, redo(state.history))),
    updateWorkflow: (change) => set((state) => ({ workflow: { ...state.workflow, ...change } })),
  });
}

function settle(state: EditorState, history: EditorState["history"]): Partial<EditorState> {
  if (history === state.history) {
    return state;
  }
  return { history, selection: pruneSelection(state.selection, history.present) };
}
