import { IconFileText, IconPackageExport, IconPackageImport, IconPencil, IconPin } from "@tabler/icons-react";
import type { Action } from "@/features/editor/actions/action";
import { isPinned } from "@/features/editor/model/trial";
import type { EditorState, PanelTab } from "@/features/editor/store/editor-state";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { runsOfStep, selectSelectedStep, shownRun } from "@/features/editor/store/selectors";

/** What the panel of the selected step offers. */

/** The field of the step's name. */
export const STEP_NAME_ID = "step-name";

const hasStep = (state: EditorState) => selectSelectedStep(state) !== undefined;

export const renameAction: Action = {
  name: "rename",
  label: "Rename",
  icon: IconPencil,
  shortcuts: ["f2"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && hasStep(state),
  perform: ({ store }) => {
    const from = document.activeElement;
    show(store, "settings");
    // React draws the tab in a microtask, too: the next letter that is typed finds the field in place.
    queueMicrotask(() => beginToRename(from));
  },
};

export const pinAction: Action = {
  name: "pin",
  label: "Pin or unpin output",
  icon: IconPin,
  shortcuts: ["p"],
  group: "Edit",
  isEnabled: (state) => state.canEdit && (isStepPinned(state) || shownOutput(state) !== null),
  perform: ({ store }) => {
    const state = store.getState();
    const step = selectSelectedStep(state);
    if (!step) return;
    const value = isPinned(step) ? undefined : shownOutput(state);
    state.edit({ kind: "update_step", ids: [step.id], field: "pinned_output", value });
  },
};

const ICONS = { input: IconPackageImport, output: IconPackageExport, log: IconFileText };

export const inputTabAction = tabAction({ tab: "input", label: "Input of the step", key: "i" });
export const outputTabAction = tabAction({ tab: "output", label: "Output of the step", key: "o" });
export const logTabAction = tabAction({ tab: "log", label: "Log of the step", key: "l" });

type TabAction = { tab: "input" | "output" | "log"; label: string; key: string };

function tabAction({ tab, label, key }: TabAction): Action {
  return {
    name: `show-${tab}`,
    label,
    icon: ICONS[tab],
    shortcuts: [key],
    group: "View",
    isEnabled: hasStep,
    perform: ({ store }) => show(store, tab),
  };
}

function show(store: EditorStore, tab: PanelTab): void {
  const { panel, setPanelTab, setView } = store.getState();
  setPanelTab(tab);
  if (panel === "closed") setView({ panel: "auto" });
}

function isStepPinned(state: EditorState): boolean {
  const step = selectSelectedStep(state);
  return step !== undefined && isPinned(step);
}

function shownOutput(state: EditorState): unknown {
  const step = selectSelectedStep(state);
  const run = step && shownRun(runsOfStep(state.runs, step.id), state.chosenPath[step.id]);
  return run?.output ?? null;
}

/** Until Enter or Escape, which give the focus back to where it was, such as to the step on the canvas. */
function beginToRename(from: Element | null): void {
  const field = document.getElementById(STEP_NAME_ID);
  if (!(field instanceof HTMLInputElement)) return;
  const end = ({ key }: KeyboardEvent) => {
    if (key !== "Enter" && key !== "Escape") return;
    field.blur();
    if (from instanceof HTMLElement) from.focus({ preventScroll: true });
  };
  field.focus();
  field.select();
  field.addEventListener("keydown", end);
  field.addEventListener("blur", () => field.removeEventListener("keydown", end), { once: true });
}
