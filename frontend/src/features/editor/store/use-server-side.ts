import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Definition } from "@/features/editor/model/definition";
import { withLabels } from "@/features/editor/panel/problem-place";
import { validateDraft, webhooksQuery } from "@/features/editor/store/api";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectSetView, selectWorkflow } from "@/features/editor/store/selectors";
import type { Problem } from "@/shared/api/errors";
import { holdUnsaved } from "@/shared/session/unsaved-work";

const VALIDATE_MS = 300;
const selectSavedDefinition = (state: EditorState): Definition => state.saved.definition;

/** Asks the server what is wrong with the draft, after it was opened and after each save. */
export function useValidation(): void {
  const store = useEditorStore();
  const { id } = useEditor(selectWorkflow);
  const definition = useEditor(selectSavedDefinition);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      validateDraft({ id, definition }).then(
        ({ errors, warnings }) => {
          if (!isCurrent) return;
          const { catalogue, setProblems } = store.getState();
          const inWords = (problem: Problem) => withLabels(problem, { definition, catalogue });
          setProblems({ problems: errors.map(inWords), warnings: warnings.map(inWords) });
        },
        () => undefined, // without an answer the marks stay as they are; saving says that the server is away
      );
    }, VALIDATE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [store, id, definition]);
}

/** The workflow's webhooks, which the canvas shows as start nodes. */
export function useWebhooks(): void {
  const { id } = useEditor(selectWorkflow);
  const setView = useEditor(selectSetView);
  const webhooks = useQuery(webhooksQuery(id)).data?.results;
  useEffect(() => {
    if (webhooks) {
      setView({ webhooks });
    }
  }, [webhooks, setView]);
}

/** The browser asks before it closes a page whose draft is not saved, and the app does not leave it by itself. */
export function useUnsavedWarning(): void {
  const store = useEditorStore();
  useEffect(() => {
    const isUnsaved = () => {
      const { history, saved } = store.getState();
      return history.present !== saved.definition;
    };
    const warn = (event: BeforeUnloadEvent) => {
      if (isUnsaved()) {
        event.preventDefault();
      }
    };
    const release = holdUnsaved(isUnsaved);
    window.addEventListener("beforeunload", warn);
    return () => {
      release();
      window.removeEventListener("beforeunload", warn);
    };
  }, [store]);
}
