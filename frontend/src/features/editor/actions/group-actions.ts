import { IconBoxOff, IconBoxPadding, IconNote, IconSquareMinus, IconSquarePlus } from "@tabler/icons-react";
import type { Action, ActionContext } from "@/features/editor/actions/action";
import { stepsOf } from "@/features/editor/actions/clipboard";
import { collapsedIds } from "@/features/editor/model/collapse";
import { findStep } from "@/features/editor/model/definition";
import { groupProblem } from "@/features/editor/model/edit-group";
import { newStep } from "@/features/editor/model/new-step";
import { newNote } from "@/features/editor/model/notes";
import { isContainer } from "@/features/editor/model/shapes";
import type { EditorState } from "@/features/editor/store/editor-state";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { NOTE_PREFIX } from "@/features/editor/store/selection-slice";
import { texts } from "@/features/editor/texts";
import { notifyError } from "@/shared/ui/notify";

/** What gathers and explains steps: groups, collapsed containers, notes. */

const GROUP = "group";

const containersOf = (state: EditorState): string[] =>
  stepsOf(state).filter((id) => {
    const step = findStep(state.history.present, id);
    return step !== undefined && isContainer(step, state.catalogue);
  });

export const groupAction: Action = {
  name: "group",
  label: "Group",
  icon: IconBoxPadding,
  shortcuts: ["mod+g"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && state.catalogue.has(GROUP) && stepsOf(state).length > 0,
  perform: ({ store }) => groupSelection(store),
};

export const ungroupAction: Action = {
  name: "ungroup",
  label: "Ungroup",
  icon: IconBoxOff,
  shortcuts: ["mod+shift+g"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && groupsOf(state).length > 0,
  perform: ({ store }) => {
    const operations = groupsOf(store.getState()).map((id) => ({ kind: "ungroup", id }) as const);
    store.getState().edit({ kind: "batch", operations });
  },
};

export const collapseAction: Action = {
  name: "collapse",
  label: "Collapse containers",
  icon: IconSquareMinus,
  shortcuts: ["shift+alt+g"],
  group: "View",
  isEnabled: (state) => state.canEdit,
  perform: ({ store }) => collapse(store, true),
};

export const expandAction: Action = {
  name: "expand",
  label: "Expand containers",
  icon: IconSquarePlus,
  shortcuts: ["alt+g"],
  group: "View",
  isEnabled: (state) => state.canEdit && collapsedIds(state.history.present).size > 0,
  perform: ({ store }) => collapse(store, false),
};

export const noteAction: Action = {
  name: "note",
  label: "Add a note",
  icon: IconNote,
  shortcuts: ["shift+s"],
  group: "Edit",
  isEnabled: (state) => state.canEdit,
  perform: addNote,
};

/** Loops are containers as well, and cannot be dissolved without changing what runs. */
function groupsOf(state: EditorState): string[] {
  return stepsOf(state).filter((id) => findStep(state.history.present, id)?.type === GROUP);
}

function groupSelection(store: EditorStore): void {
  const state = store.getState();
  const ids = stepsOf(state);
  const type = state.catalogue.get(GROUP);
  const problem = groupProblem(state.history.present, ids);
  if (problem || !type) {
    notifyError({ title: texts.canvas.cannotGroup, error: problem ?? texts.canvas.cannotGroup });
    return;
  }
  const group = newStep(state.history.present, type);
  state.edit({ kind: "group", ids, group });
  state.select({ steps: [group.id] });
}

/** The selected containers, or all of them when none is selected. */
function collapse(store: EditorStore, collapsed: boolean): void {
  const state = store.getState();
  const chosen = containersOf(state);
  const all = state.history.present.steps.filter((step) => isContainer(step, state.catalogue));
  const ids = chosen.length > 0 ? chosen : all.map((step) => step.id);
  state.edit({ kind: "collapse", ids, collapsed });
}

function addNote({ store, flow }: ActionContext): void {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  const middle = flow.screenToFlowPosition({
    x: box ? box.x + box.width / 2 : 400,
    y: box ? box.y + box.height / 2 : 300,
  });
  const note = newNote(store.getState().history.present, [middle.x - 120, middle.y - 80]);
  store.getState().edit({ kind: "notes", change: { kind: "add", note } });
  store.getState().select({ steps: [NOTE_PREFIX + note.id] });
}
