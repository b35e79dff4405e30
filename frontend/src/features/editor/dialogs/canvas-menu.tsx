import { Menu, Portal } from "@mantine/core";
import type { Action } from "@/features/editor/actions/action";
import {
  connectAction,
  copyAction,
  cutAction,
  deleteAction,
  deleteAndJoinAction,
  disableAction,
  duplicateAction,
  moveOutAction,
  pasteAction,
  selectAllAction,
} from "@/features/editor/actions/edit-actions";
import { groupAction, noteAction, ungroupAction } from "@/features/editor/actions/group-actions";
import { pinAction, renameAction } from "@/features/editor/actions/panel-actions";
import { runFromAction, runStepAction, runToAction } from "@/features/editor/actions/step-run-actions";
import { usePerform } from "@/features/editor/actions/use-actions";
import { fitAction, tidyAction } from "@/features/editor/actions/view-actions";
import { findStepTypeAction } from "@/features/editor/actions/workflow-actions";
import { Shortcut } from "@/features/editor/dialogs/small-dialogs";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectSetView } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const ON_STEPS: readonly Action[] = [
  runStepAction,
  runToAction,
  runFromAction,
  renameAction,
  connectAction,
  disableAction,
  pinAction,
  duplicateAction,
  copyAction,
  cutAction,
  pasteAction,
  groupAction,
  ungroupAction,
  moveOutAction,
  deleteAction,
  deleteAndJoinAction,
];
const ON_GROUND: readonly Action[] = [
  findStepTypeAction,
  noteAction,
  pasteAction,
  selectAllAction,
  tidyAction,
  fitAction,
];

const selectMenu = (state: EditorState) => state.contextMenu;

/** The menu of the right mouse button: on steps, or on the free ground. */
export function CanvasMenu() {
  const menu = useEditor(selectMenu);
  const setView = useEditor(selectSetView);
  const store = useEditorStore();
  const perform = usePerform();
  if (!menu) {
    return null;
  }
  const state = store.getState();
  const actions = state.selection.steps.length > 0 ? ON_STEPS : ON_GROUND;
  return (
    <Menu
      opened
      onClose={() => setView({ contextMenu: null })}
      position="bottom-start"
      width={250}
      offset={0}
    >
      <Portal>
        <Menu.Target>
          <span style={{ position: "fixed", left: menu.x, top: menu.y, width: 1, height: 1 }} />
        </Menu.Target>
      </Portal>
      <Menu.Dropdown aria-label={texts.canvas.menu}>
        {actions
          .filter((action) => action.isEnabled?.(state) ?? true)
          .map((action) => (
            <Menu.Item
              key={action.name}
              leftSection={<action.icon size={16} stroke={1.8} />}
              rightSection={<Shortcut action={action} />}
              color={action.name.startsWith("delete") ? "red" : undefined}
              onClick={() => perform(action)}
            >
              {action.label}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
