import type { TablerIcon } from "@tabler/icons-react";
import type { ReactFlowInstance } from "@xyflow/react";
import type { Autosave } from "@/features/editor/store/autosave";
import type { EditorState } from "@/features/editor/store/editor-state";
import type { EditorStore } from "@/features/editor/store/editor-store";

/** What an action may touch. */
export type ActionContext = { store: EditorStore; flow: ReactFlowInstance; autosave: Autosave };

/** Something that a person can do, once for toolbar, keys and menus. */
export type Action = {
  name: string;
  label: string;
  icon: TablerIcon;
  /** As `mod+shift+z`; `mod` is Ctrl, or Cmd on a Mac. The first one is shown. */
  shortcuts: readonly string[];
  /** Keys that the browser turns into a clipboard event; shown like a shortcut. */
  clipboardKey?: string;
  group: "Edit" | "View" | "Workflow";
  /** Also while a text field has the focus. */
  worksInFields?: boolean;
  isEnabled?: (state: EditorState) => boolean;
  perform: (context: ActionContext) => void;
};
