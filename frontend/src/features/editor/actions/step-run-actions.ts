import { IconPlayerPlay, IconPlayerSkipForward, IconPlayerTrackNext } from "@tabler/icons-react";
import type { Action } from "@/features/editor/actions/action";
import { stepTexts } from "@/features/editor/panel/texts";
import type { EditorState, RunRequest } from "@/features/editor/store/editor-state";
import { selectSelectedStep } from "@/features/editor/store/selectors";
import { isEnded } from "@/shared/api/events";

const canTry = (state: EditorState) =>
  state.canEdit && state.trying === null && selectSelectedStep(state) !== undefined;

function asking(kind: RunRequest["kind"]): Action["perform"] {
  return ({ store }) => {
    const step = selectSelectedStep(store.getState());
    if (step) {
      store.getState().setTrial({ asked: { kind, step: step.id } });
    }
  };
}

export const runStepAction: Action = {
  name: "run-step",
  label: stepTexts.run,
  icon: IconPlayerPlay,
  shortcuts: ["mod+shift+enter"],
  group: "Workflow",
  worksInFields: true,
  isEnabled: canTry,
  perform: asking("step"),
};

export const runToAction: Action = {
  name: "run-to",
  label: stepTexts.to,
  icon: IconPlayerSkipForward,
  shortcuts: [],
  group: "Workflow",
  isEnabled: canTry,
  perform: asking("to"),
};

export const runFromAction: Action = {
  name: "run-from",
  label: stepTexts.from,
  icon: IconPlayerTrackNext,
  shortcuts: [],
  group: "Workflow",
  // Without an earlier job there is nothing to go on from.
  isEnabled: (state) => canTry(state) && state.job !== null && isEnded(state.job.status),
  perform: asking("from"),
};
