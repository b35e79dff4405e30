import type { StateCreator } from "zustand";
import type { EditorState, ViewSlice } from "@/features/editor/store/editor-state";

/** On a page narrower than this the canvas needs the room of the palette. */
const NARROW = 900;

/** What is open, dragged or pointed at: nothing of it is saved. */
export function createViewSlice(start: {
  canEdit: boolean;
  canRun: boolean;
}): StateCreator<EditorState, [], [], ViewSlice> {
  return (set) => ({
    look: "canvas",
    dialog: null,
    isPaletteOpen: window.innerWidth >= NARROW,
    panel: "auto",
    isPanelWide: false,
    isBoxSelecting: false,
    workflowTab: "settings",
    isProblemListOpen: false,
    isTimelineOpen: false,
    paletteDrag: null,
    dropTarget: null,
    dragged: null,
    contextMenu: null,
    connectingFrom: null,
    webhooks: [],
    revealed: null,
    canEdit: start.canEdit,
    canRun: start.canRun,
    setView: (change) => set(change),
  });
}
