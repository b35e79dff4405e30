import { useReactFlow } from "@xyflow/react";
import { createContext, use, useEffect, useMemo } from "react";
import type { Action, ActionContext } from "@/features/editor/actions/action";
import { allActions } from "@/features/editor/actions/actions";
import { pasteText, remember, removeSelection, selectedText } from "@/features/editor/actions/clipboard";
import { isTyping, matches } from "@/features/editor/actions/shortcuts";
import type { Autosave } from "@/features/editor/store/autosave";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { useEditorStore } from "@/features/editor/store/editor-store";

export const AutosaveContext = createContext<Autosave | null>(null);

export function useAutosave(): Autosave {
  const autosave = use(AutosaveContext);
  if (!autosave) {
    throw new Error("Autosave is missing: render this below AutosaveContext.");
  }
  return autosave;
}

/** Does an action if it is enabled. */
export function usePerform(): (action: Action) => void {
  const store = useEditorStore();
  const flow = useReactFlow();
  const autosave = useAutosave();
  return useMemo(() => {
    const context: ActionContext = { store, flow, autosave };
    return (action) => {
      if (action.isEnabled?.(store.getState()) ?? true) {
        action.perform(context);
      }
    };
  }, [store, flow, autosave]);
}

/** Keys and clipboard events of the whole page. */
export function useShortcuts(): void {
  const store = useEditorStore();
  const perform = usePerform();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const typing = isTyping(event.target) || store.getState().dialog !== null;
      const action = allActions.find(
        (one) => (!typing || one.worksInFields) && one.shortcuts.some((shortcut) => matches(event, shortcut)),
      );
      if (action && !event.defaultPrevented && store.getState().dialog === null) {
        event.preventDefault();
        perform(action);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [store, perform]);
  useEffect(() => listenToClipboard(store), [store]);
}

function listenToClipboard(store: EditorStore): () => void {
  const control = new AbortController();
  const options = { signal: control.signal };
  const isOurs = (event: ClipboardEvent) =>
    !isTyping(event.target) &&
    store.getState().dialog === null &&
    window.getSelection()?.isCollapsed !== false;
  const copy = (event: ClipboardEvent) => {
    const text = selectedText(store.getState());
    if (!isOurs(event) || !text) {
      return false;
    }
    event.preventDefault();
    event.clipboardData?.setData("text/plain", text);
    remember(text);
    return true;
  };
  document.addEventListener("copy", copy, options);
  document.addEventListener("cut", (event) => (copy(event) ? removeSelection(store) : undefined), options);
  document.addEventListener(
    "paste",
    (event) => {
      if (isOurs(event) && pasteText(store, event.clipboardData?.getData("text/plain") ?? "")) {
        event.preventDefault();
      }
    },
    options,
  );
  return () => control.abort();
}
