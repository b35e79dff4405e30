import type { StateCreator } from "zustand";
import type { EditorState, TrialSlice } from "@/features/editor/store/editor-state";

/** Running single steps and parts of the draft: what was asked for, what goes on, and what results came from. */
export const createTrialSlice: StateCreator<EditorState, [], [], TrialSlice> = (set) => ({
  asked: null,
  trying: null,
  runUntil: null,
  setTrial: (change) => set(change),
});
