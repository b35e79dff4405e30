import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useAutosave } from "@/features/editor/actions/use-actions";
import type { Definition } from "@/features/editor/model/definition";
import { findStep, stepTitle } from "@/features/editor/model/definition";
import { missingResults, trialContext } from "@/features/editor/model/trial";
import { stepTexts } from "@/features/editor/panel/texts";
import { sampleInput } from "@/features/editor/run/sample-input";
import { useOpenJob } from "@/features/editor/run/use-open-job";
import { recentJobsQuery, runAgain, runUntil, testStep } from "@/features/editor/store/api";
import type { EditorState, RunRequest } from "@/features/editor/store/editor-state";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { runsOfStep, selectDefinition, shownRun } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { isEnded } from "@/shared/api/events";
import type { Job } from "@/shared/api/schemas";
import { notifyError } from "@/shared/ui/notify";

const selectAsked = (state: EditorState) => state.asked;

/** Does what buttons, keys and menus ask for at a step: runs it alone, up to it, or from it on. */
export function useRunRequests(): void {
  const store = useEditorStore();
  const asked = useEditor(selectAsked);
  const { mutate: tryStep } = useTrial();
  const { mutate: runPart } = usePartRun();
  useEffect(() => {
    if (!asked) {
      return;
    }
    const state = store.getState();
    state.setTrial({ asked: null });
    const isAlone =
      asked.kind === "step" &&
      missing({ definition: selectDefinition(state), runs: state.runs, step: asked.step }).length === 0;
    if (isAlone) {
      tryStep(asked.step);
    } else if (asked.kind !== "from" && needsInput(state)) {
      state.setTrial({ runUntil: asked.step });
      state.setView({ dialog: "run" });
    } else {
      runPart(asked);
    }
  }, [asked, store, tryStep, runPart]);
}

/** The steps before one whose results are not there, neither of a job nor of single runs nor pinned. */
export function missing({ definition, runs, step }: Around): string[] {
  return missingResults(definition, step, knownRuns(runs));
}

type Around = { definition: Definition; runs: EditorState["runs"]; step: string };

function useTrial() {
  const store = useEditorStore();
  return useMutation({
    mutationFn: (id: string) => {
      const state = store.getState();
      state.setTrial({ trying: id });
      const definition = selectDefinition(state);
      const { job } = state;
      const input = job ? null : (sampleInput(state.workflow.id) ?? {});
      const context = trialContext(definition, id, { runs: knownRuns(state.runs), input });
      return testStep({ definition, step: id, context, ...(job ? { job: job.id } : {}) });
    },
    onSuccess: (answer, id) => {
      const state = store.getState();
      const step = findStep(selectDefinition(state), id);
      if (step) {
        state.receiveTrial({ answer, step });
        state.setPanelTab("output");
      }
    },
    onError: (error, id) => notifyError({ title: failed(store.getState(), id), error }),
    onSettled: () => store.getState().setTrial({ trying: null }),
  });
}

function usePartRun() {
  const store = useEditorStore();
  const autosave = useAutosave();
  const openJob = useOpenJob();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (asked: RunRequest) => {
      if (!(await autosave.flush())) {
        throw new Error(texts.run.unsaved);
      }
      return startPart(store.getState(), asked);
    },
    onSuccess: (job, asked) => {
      openJob(job.id);
      if (asked.kind !== "from") {
        store.getState().setPanelTab("output");
      }
      void client.invalidateQueries(recentJobsQuery(store.getState().workflow.id));
    },
    onError: (error, { step }) => notifyError({ title: failed(store.getState(), step), error }),
  });
}

/** With an ended job its results are taken over as far as they hold. */
function startPart(state: EditorState, { kind, step }: RunRequest): Promise<Job> {
  const { job } = state;
  const until = kind === "from" ? {} : { until: step };
  if (job && isEnded(job.status)) {
    const path = shownRun(runsOfStep(state.runs, step), state.chosenPath[step])?.path;
    return runAgain({ job: job.id, from: path ?? step, ...until });
  }
  return runUntil({ id: state.workflow.id, context: sampleInput(state.workflow.id) ?? {}, until: step });
}

/** Whether the workflow wants an input that nobody has given yet. */
function needsInput(state: EditorState): boolean {
  const required = selectDefinition(state).inputs?.required;
  const hasJob = state.job !== null && isEnded(state.job.status);
  return !hasJob && Array.isArray(required) && required.length > 0 && sampleInput(state.workflow.id) === null;
}

function knownRuns(runs: EditorState["runs"]) {
  return Object.values(runs).map((run) => ({ ...run, isTrial: run.ranAs !== null }));
}

function failed(state: EditorState, id: string): string {
  const definition: Definition = selectDefinition(state);
  const step = findStep(definition, id);
  return stepTexts.failed(step ? stepTitle(step) : id);
}
