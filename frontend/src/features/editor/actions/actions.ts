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
  redoAction,
  selectAllAction,
  undoAction,
} from "@/features/editor/actions/edit-actions";
import {
  collapseAction,
  expandAction,
  groupAction,
  noteAction,
  ungroupAction,
} from "@/features/editor/actions/group-actions";
import {
  escapeAction,
  fitAction,
  shortcutsAction,
  tidyAction,
  zoomInAction,
  zoomOutAction,
  zoomResetAction,
} from "@/features/editor/actions/view-actions";
import {
  findStepTypeAction,
  publishAction,
  runAction,
  saveAction,
} from "@/features/editor/actions/workflow-actions";

/** Everything that keys, toolbar and menus can do; no shortcut is claimed twice (a test sees to it). */
export const allActions: readonly Action[] = [
  runAction,
  publishAction,
  saveAction,
  findStepTypeAction,
  connectAction,
  undoAction,
  redoAction,
  copyAction,
  cutAction,
  pasteAction,
  duplicateAction,
  deleteAction,
  deleteAndJoinAction,
  selectAllAction,
  disableAction,
  moveOutAction,
  groupAction,
  ungroupAction,
  noteAction,
  tidyAction,
  fitAction,
  zoomInAction,
  zoomOutAction,
  zoomResetAction,
  collapseAction,
  expandAction,
  escapeAction,
  shortcutsAction,
];
