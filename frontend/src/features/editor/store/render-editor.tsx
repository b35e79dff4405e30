import { ReactFlowProvider } from "@xyflow/react";
import type { ReactNode } from "react";
import { AutosaveContext } from "@/features/editor/actions/use-actions";
import { Autosave } from "@/features/editor/store/autosave";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { EditorContext } from "@/features/editor/store/editor-store";
import { renderPage } from "@/shared/testing/render-page";

/** For tests: a part of the editor with all that it stands in. */
export function renderInEditor(store: EditorStore, part: ReactNode) {
  const autosave = new Autosave(store, {
    save: ({ revision }) => Promise.resolve({ revision: revision + 1 }),
    loadTheirs: () => Promise.reject(new Error("Nobody else is here.")),
    onSaved: () => undefined,
    delay: 0,
    retryDelay: 0,
  });
  const page = renderPage(
    <EditorContext value={store}>
      <AutosaveContext value={autosave}>
        <ReactFlowProvider>{part}</ReactFlowProvider>
      </AutosaveContext>
    </EditorContext>,
  );
  return { ...page, store };
}
