import { useEffect } from "react";
import { CommandPalette } from "@/features/editor/dialogs/command-palette";
import { ConflictDialog } from "@/features/editor/dialogs/conflict-dialog";
import { PublishDialog } from "@/features/editor/dialogs/publish-dialog";
import { RunDialog } from "@/features/editor/dialogs/run-dialog";
import { ConnectDialog, DefinitionDialog, ShortcutsDialog } from "@/features/editor/dialogs/small-dialogs";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectDialog } from "@/features/editor/store/selectors";
import { VersionsDialog } from "@/features/editor/versions/versions-dialog";

/** The dialog that is open, and the conflict dialog whenever there is a conflict. */
export function Dialogs() {
  useFocusBack();
  return (
    <>
      <OpenDialog />
      <ConflictDialog />
    </>
  );
}

/** A closed dialog gives the focus back to where it was, such as to the step on the canvas. */
function useFocusBack(): void {
  const store = useEditorStore();
  useEffect(() => {
    let from: Element | null = null;
    return store.subscribe((state, before) => {
      if (state.dialog !== null && before.dialog === null) {
        from = document.activeElement;
      }
      if (state.dialog === null && before.dialog !== null) {
        setTimeout(() => giveFocus(from));
      }
    });
  }, [store]);
}

function giveFocus(element: Element | null): void {
  const isTaken = document.activeElement !== null && document.activeElement !== document.body;
  if (element instanceof HTMLElement && element.isConnected && !isTaken) {
    element.focus({ preventScroll: true });
  }
}

function OpenDialog() {
  const dialog = useEditor(selectDialog);
  switch (dialog) {
    case "run":
      return <RunDialog />;
    case "publish":
      return <PublishDialog />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "connect":
      return <ConnectDialog />;
    case "definition":
      return <DefinitionDialog />;
    case "versions":
      return <VersionsDialog />;
    case "commands":
      return <CommandPalette />;
    case "find":
      return <CommandPalette only="steps" />;
    case null:
      return null;
    default:
      return dialog satisfies never;
  }
}
