import type { StateCreator } from "zustand";
import { hiddenSteps } from "@/features/editor/model/collapse";
import type { Definition } from "@/features/editor/model/definition";
import { edgesOf } from "@/features/editor/model/graph";
import { notesOf } from "@/features/editor/model/notes";
import type { EditorState, Selection, SelectionSlice } from "@/features/editor/store/editor-state";

export const TRIGGER_PREFIX = "trigger:";
export const NOTE_PREFIX = "note:";

/** The notes among selected ids, by their own ids. */
export function selectedNotes(selection: Selection): string[] {
  return selection.steps.filter((id) => id.startsWith(NOTE_PREFIX)).map((id) => id.slice(NOTE_PREFIX.length));
}

export const createSelectionSlice: StateCreator<EditorState, [], [], SelectionSlice> = (set) => ({
  selection: { steps: [], edges: [] },
  panelTab: "settings",
  select: (change) =>
    set((state) => {
      const next = { steps: change.steps ?? [], edges: change.edges ?? [] };
      if (sameSelection(state.selection, next)) {
        return state;
      }
      const isTrigger = next.steps.some((id) => id.startsWith(TRIGGER_PREFIX));
      return { selection: next, ...(isTrigger ? { workflowTab: "triggers" } : {}) };
    }),
  setPanelTab: (panelTab) => set({ panelTab }),
});

/** What is still there of a selection after an edit. */
export function pruneSelection(selection: Selection, definition: Definition): Selection {
  const hidden = hiddenSteps(definition);
  const steps = new Set([
    ...definition.steps.map((step) => step.id).filter((id) => !hidden.has(id)),
    ...notesOf(definition).map((note) => NOTE_PREFIX + note.id),
  ]);
  const edges = new Set(edgesOf(definition).map((edge) => edge.id));
  const next = {
    steps: selection.steps.filter((id) => steps.has(id) || id.startsWith(TRIGGER_PREFIX)),
    edges: selection.edges.filter((id) => edges.has(id)),
  };
  return sameSelection(selection, next) ? selection : next;
}

function sameSelection(one: Selection, other: Selection): boolean {
  return sameList(one.steps, other.steps) && sameList(one.edges, other.edges);
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
