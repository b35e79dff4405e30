import type { Definition, Step } from "@/features/editor/model/definition";
import { findStep } from "@/features/editor/model/definition";
import type { EditorState, Run } from "@/features/editor/store/editor-state";
import { selectedNotes } from "@/features/editor/store/selection-slice";
import { innermostFailure } from "@/shared/lib/innermost-failure";

export const selectDefinition = (state: EditorState): Definition => state.history.present;
export const selectCatalogue = (state: EditorState) => state.catalogue;
export const selectSelection = (state: EditorState) => state.selection;
export const selectSelectedSteps = (state: EditorState) => state.selection.steps;
export const selectCanUndo = (state: EditorState) => state.history.past.length > 0;
export const selectCanRedo = (state: EditorState) => state.history.future.length > 0;
export const selectEdit = (state: EditorState) => state.edit;
export const selectSelect = (state: EditorState) => state.select;
export const selectSetView = (state: EditorState) => state.setView;
export const selectWorkflow = (state: EditorState) => state.workflow;
export const selectSaveStatus = (state: EditorState) => state.saveStatus;
export const selectProblems = (state: EditorState) => state.problems;
export const selectWarnings = (state: EditorState) => state.warnings;
export const selectJob = (state: EditorState) => state.job;
export const selectChosenPath = (state: EditorState) => state.chosenPath;
export const selectRuns = (state: EditorState) => state.runs;
export const selectOverlays = (state: EditorState) => state.overlays;
export const selectCanEdit = (state: EditorState) => state.canEdit;
export const selectCanRun = (state: EditorState) => state.canRun;
export const selectDialog = (state: EditorState) => state.dialog;
export const selectWebhooks = (state: EditorState) => state.webhooks;
export const selectWorkflowTab = (state: EditorState) => state.workflowTab;
export const selectPanelTab = (state: EditorState) => state.panelTab;
export const selectSetPanelTab = (state: EditorState) => state.setPanelTab;

export function selectIsPanelShown({ panel, selection, isBoxSelecting }: EditorState): boolean {
  const isOneStep = selection.steps.length === 1 && selectedNotes(selection).length === 0;
  return panel === "open" || (panel === "auto" && isOneStep && !isBoxSelecting);
}

/** The one selected step; undefined when none or several are. */
export function selectSelectedStep(state: EditorState): Step | undefined {
  const [id, ...others] = state.selection.steps;
  return id && others.length === 0 ? findStep(state.history.present, id) : undefined;
}

/** Where the shown job broke. */
export function failedRun(runs: EditorState["runs"]): Run | undefined {
  return innermostFailure(Object.values(runs));
}

/** The run that the panel speaks about: the chosen one, else one that failed, else the first. */
export function shownRun(runs: readonly Run[], chosenPath: string | undefined): Run | undefined {
  return (
    runs.find((run) => run.path === chosenPath) ?? runs.find((run) => run.status === "failed") ?? runs[0]
  );
}

/** The runs of a step, in the order of their iterations. */
export function runsOfStep(runs: EditorState["runs"], step: string): Run[] {
  return Object.values(runs).filter((run) => run.step === step);
}
