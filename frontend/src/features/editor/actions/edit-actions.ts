import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBoxMultiple,
  IconClipboard,
  IconCopy,
  IconCut,
  IconFold,
  IconLink,
  IconPower,
  IconSelectAll,
  IconTrash,
  IconUnlink,
} from "@tabler/icons-react";
import type { Action } from "@/features/editor/actions/action";
import {
  copySelection,
  duplicateSelection,
  pasteFromClipboard,
  removeSelection,
  stepsOf,
} from "@/features/editor/actions/clipboard";
import { findStep, parentOf } from "@/features/editor/model/definition";
import { absolutePosition } from "@/features/editor/model/geometry";
import type { EditorState } from "@/features/editor/store/editor-state";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { selectedNotes } from "@/features/editor/store/selection-slice";
import { selectCanRedo, selectCanUndo, selectSelectedStep } from "@/features/editor/store/selectors";

const hasSteps = (state: EditorState) => stepsOf(state).length > 0;
const hasOwnSteps = (state: EditorState) => state.canEdit && hasSteps(state);
const hasSelection = (state: EditorState) =>
  state.canEdit &&
  (state.selection.edges.length > 0 || hasSteps(state) || selectedNotes(state.selection).length > 0);
const isNested = (state: EditorState) =>
  state.canEdit && stepsOf(state).some((id) => Boolean(findStep(state.history.present, id)?.parent));

export const undoAction: Action = {
  name: "undo",
  label: "Undo",
  icon: IconArrowBackUp,
  shortcuts: ["mod+z"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && selectCanUndo(state),
  perform: ({ store }) => store.getState().undo(),
};

export const redoAction: Action = {
  name: "redo",
  label: "Redo",
  icon: IconArrowForwardUp,
  shortcuts: ["mod+shift+z", "mod+y"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && selectCanRedo(state),
  perform: ({ store }) => store.getState().redo(),
};

/** Keys of these three come as clipboard events, so that the browser gives the text without asking. */
export const copyAction: Action = {
  name: "copy",
  label: "Copy",
  icon: IconCopy,
  shortcuts: [],
  clipboardKey: "mod+c",
  group: "Edit",
  isEnabled: hasSteps,
  perform: ({ store }) => copySelection(store),
};

export const cutAction: Action = {
  name: "cut",
  label: "Cut",
  icon: IconCut,
  shortcuts: [],
  clipboardKey: "mod+x",
  group: "Edit",
  isEnabled: hasOwnSteps,
  perform: ({ store }) => {
    copySelection(store);
    removeSelection(store);
  },
};

export const pasteAction: Action = {
  name: "paste",
  label: "Paste",
  icon: IconClipboard,
  shortcuts: [],
  clipboardKey: "mod+v",
  group: "Edit",
  isEnabled: (state) => state.canEdit,
  perform: ({ store }) => void pasteFromClipboard(store),
};

export const duplicateAction: Action = {
  name: "duplicate",
  label: "Duplicate",
  icon: IconBoxMultiple,
  shortcuts: ["mod+d"],
  group: "Edit",
  isEnabled: hasOwnSteps,
  perform: ({ store }) => duplicateSelection(store),
};

export const deleteAction: Action = {
  name: "delete",
  label: "Delete",
  icon: IconTrash,
  shortcuts: ["delete", "backspace"],
  group: "Edit",
  isEnabled: hasSelection,
  perform: ({ store }) => removeSelection(store),
};

export const deleteAndJoinAction: Action = {
  name: "delete-and-join",
  label: "Delete and join wires",
  icon: IconUnlink,
  shortcuts: ["mod+delete", "mod+backspace"],
  group: "Edit",
  isEnabled: hasOwnSteps,
  perform: ({ store }) => removeSelection(store, { reconnect: true }),
};

export const selectAllAction: Action = {
  name: "select-all",
  label: "Select all",
  icon: IconSelectAll,
  shortcuts: ["mod+a"],
  group: "Edit",
  perform: ({ store }) => {
    const { history, select } = store.getState();
    select({ steps: history.present.steps.map((step) => step.id) });
  },
};

export const disableAction: Action = {
  name: "disable",
  label: "Disable or enable",
  icon: IconPower,
  shortcuts: ["d"],
  group: "Edit",
  isEnabled: hasOwnSteps,
  perform: ({ store }) => {
    const { history, edit } = store.getState();
    const ids = stepsOf(store.getState());
    const isAnyOn = ids.some((id) => findStep(history.present, id)?.enabled !== false);
    edit({ kind: "update_step", ids, field: "enabled", value: isAnyOn ? false : undefined });
  },
};

export const connectAction: Action = {
  name: "connect",
  label: "Connect to …",
  icon: IconLink,
  shortcuts: ["c"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && selectSelectedStep(state) !== undefined,
  perform: ({ store }) => store.getState().setView({ dialog: "connect" }),
};

export const moveOutAction: Action = {
  name: "move-out",
  label: "Move out of container",
  icon: IconFold,
  shortcuts: ["shift+u"],
  group: "Edit",
  isEnabled: isNested,
  perform: ({ store }) => moveOut(store),
};

function moveOut(store: EditorStore): void {
  const { history, edit } = store.getState();
  const definition = history.present;
  const ids = stepsOf(store.getState()).filter((id) => findStep(definition, id)?.parent);
  const parent = findStep(definition, ids[0] ?? "")?.parent ?? null;
  const outer = parent ? findStep(definition, parent) : undefined;
  const scope = outer ? parentOf(outer) : null;
  const [left, top] = absolutePosition(definition, scope);
  const places = ids.map((id, index): [string, [number, number]] => {
    const [x, y] = absolutePosition(definition, id);
    return [id, [x - left, y - top - 160 - index * 8]];
  });
  edit({ kind: "set_parent", ids, parent: scope, positions: Object.fromEntries(places) });
}
