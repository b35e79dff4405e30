import { Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconRocket } from "@tabler/icons-react";
import { usePerform } from "@/features/editor/actions/use-actions";
import { publishAction } from "@/features/editor/actions/workflow-actions";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectProblems } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

export type PublishState = "nothing" | "ready" | "invalid";

export function selectPublishState(state: EditorState): PublishState {
  if (state.problems.length > 0) {
    return "invalid";
  }
  const isSame = state.workflow.status === "published" && state.saveStatus === "saved";
  return isSame ? "nothing" : "ready";
}

/** Publishes the draft; says beforehand whether there is anything to publish and whether it may be. */
export function PublishButton() {
  const perform = usePerform();
  const state = useEditor(selectPublishState);
  const canEdit = useEditor(selectCanEdit);
  const problems = useEditor(selectProblems);
  const hint = state === "invalid" ? texts.problems.count(problems.length, 0) : texts.publish.nothing;
  const icons = { nothing: IconCheck, ready: IconRocket, invalid: IconAlertTriangle };
  const Icon = icons[state];
  return (
    <Tooltip label={hint} disabled={state === "ready"}>
      <Button
        color={state === "invalid" ? "red" : undefined}
        variant={state === "ready" ? "filled" : "light"}
        disabled={!canEdit}
        leftSection={<Icon size={16} aria-hidden />}
        onClick={() => perform(publishAction)}
      >
        {state === "nothing" ? texts.bar.published : texts.bar.publish}
      </Button>
    </Tooltip>
  );
}
