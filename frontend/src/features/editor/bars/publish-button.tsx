import { Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconRocket } from "@tabler/icons-react";
import { usePerform } from "@/features/editor/actions/use-actions";
import { publishAction } from "@/features/editor/actions/workflow-actions";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectProblems } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

export type PublishState = "empty" | "nothing" | "ready" | "invalid";

export function selectPublishState(state: EditorState): PublishState {
  if (state.history.present.steps.length === 0) {
    return "empty";
  }
  if (state.problems.length > 0) {
    return "invalid";
  }
  const isSame = state.workflow.status === "published" && state.saveStatus === "saved";
  return isSame ? "nothing" : "ready";
}

/** Only what can be done now asks for attention. */
const LOOKS = { empty: "default", nothing: "light", ready: "filled", invalid: "default" };

/** Publishes the draft; says beforehand whether there is anything to publish and whether it may be. */
export function PublishButton() {
  const perform = usePerform();
  const state = useEditor(selectPublishState);
  const canEdit = useEditor(selectCanEdit);
  const problems = useEditor(selectProblems);
  const hints = { ...texts.publish, ready: "", invalid: texts.problems.count(problems.length, 0) };
  const icons = { empty: IconRocket, nothing: IconCheck, ready: IconRocket, invalid: IconAlertTriangle };
  const Icon = icons[state];
  return (
    <Tooltip label={hints[state]} disabled={state === "ready"}>
      <Button
        variant={LOOKS[state]}
        disabled={!canEdit}
        data-disabled={state === "empty" || undefined}
        aria-disabled={state === "empty" || undefined}
        leftSection={<Icon size={16} aria-hidden />}
        onClick={() => (state === "empty" ? undefined : perform(publishAction))}
      >
        {state === "nothing" ? texts.bar.published : texts.bar.publish}
      </Button>
    </Tooltip>
  );
}
