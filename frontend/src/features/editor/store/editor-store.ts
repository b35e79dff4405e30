import { createContext, use } from "react";
import type { StoreApi } from "zustand";
import { createStore, useStore } from "zustand";
import type { Catalogue } from "@/features/editor/model/catalogue";
import type { Definition } from "@/features/editor/model/definition";
import { withAllPositions } from "@/features/editor/model/layout";
import { tidyOptions } from "@/features/editor/model/shapes";
import { createDocumentSlice } from "@/features/editor/store/document-slice";
import type { EditorState, WorkflowInfo } from "@/features/editor/store/editor-state";
import { createRunSlice } from "@/features/editor/store/run-slice";
import { createSavingSlice } from "@/features/editor/store/saving-slice";
import { createSelectionSlice } from "@/features/editor/store/selection-slice";
import { createTrialSlice } from "@/features/editor/store/trial-slice";
import { createViewSlice } from "@/features/editor/store/view-slice";

export type EditorStore = StoreApi<EditorState>;

export type EditorStart = {
  workflow: WorkflowInfo;
  definition: Definition;
  revision: number;
  catalogue: Catalogue;
  canEdit?: boolean;
  canRun?: boolean;
  now?: () => number;
};

/** One store per opened workflow. */
export function createEditorStore(start: EditorStart): EditorStore {
  const now = start.now ?? Date.now;
  const definition = withAllPositions(start.definition, tidyOptions(start.definition, start.catalogue));
  return createStore<EditorState>()((...args) => ({
    ...createDocumentSlice({ workflow: start.workflow, definition, catalogue: start.catalogue, now })(
      ...args,
    ),
    ...createSelectionSlice(...args),
    ...createSavingSlice({ saved: { definition, revision: start.revision }, now })(...args),
    ...createRunSlice(...args),
    ...createTrialSlice(...args),
    ...createViewSlice({ canEdit: start.canEdit ?? true, canRun: start.canRun ?? true })(...args),
  }));
}

export const EditorContext = createContext<EditorStore | null>(null);

/** The store itself, for what reads the state only when something happens. */
export function useEditorStore(): EditorStore {
  const store = use(EditorContext);
  if (!store) {
    throw new Error("The editor's store is missing: render this below EditorContext.");
  }
  return store;
}

/** A part of the editor's state; selectors live outside components. */
export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore(), selector);
}
