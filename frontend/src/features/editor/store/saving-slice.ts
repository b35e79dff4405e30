import type { StateCreator } from "zustand";
import { commit } from "@/features/editor/model/history";
import type { Draft, EditorState, SavingSlice } from "@/features/editor/store/editor-state";
import { pruneSelection } from "@/features/editor/store/selection-slice";

type Start = { saved: Draft; now: () => number };

/** How far the draft is saved, and what to do when somebody else saved it too. */
export function createSavingSlice(start: Start): StateCreator<EditorState, [], [], SavingSlice> {
  return (set) => ({
    saveStatus: "saved",
    saveError: null,
    saved: start.saved,
    theirs: null,
    problems: [],
    warnings: [],
    setSaving: (change) => set(change),
    setProblems: (found) => set(found),
    takeTheirs: () =>
      set((state) => {
        if (!state.theirs) {
          return state;
        }
        const { definition } = state.theirs;
        return {
          history: commit(state.history, definition, { now: start.now() }),
          selection: pruneSelection(state.selection, definition),
          saved: state.theirs,
          saveStatus: "saved",
          theirs: null,
        };
      }),
    takeMerged: (definition) =>
      set((state) => {
        if (!state.theirs) {
          return state;
        }
        return {
          history: commit(state.history, definition, { now: start.now() }),
          selection: pruneSelection(state.selection, definition),
          saved: state.theirs,
          saveStatus: "unsaved",
          theirs: null,
        };
      }),
  });
}
