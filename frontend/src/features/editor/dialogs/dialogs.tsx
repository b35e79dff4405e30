import { ConflictDialog } from "@/features/editor/dialogs/conflict-dialog";
import { PublishDialog } from "@/features/editor/dialogs/publish-dialog";
import { RunDialog } from "@/features/editor/dialogs/run-dialog";
import { ConnectDialog, DefinitionDialog, ShortcutsDialog } from "@/features/editor/dialogs/small-dialogs";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDialog } from "@/features/editor/store/selectors";

/** The dialog that is open, and the conflict dialog whenever there is a conflict. */
export function Dialogs() {
  return (
    <>
      <OpenDialog />
      <ConflictDialog />
    </>
  );
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
    case null:
      return null;
    default:
      return dialog satisfies never;
  }
}
