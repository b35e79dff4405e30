import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { Step } from "@/features/editor/model/definition";
import { idProblem } from "@/features/editor/model/ids";
import classes from "@/features/editor/panel/panel.module.css";
import { useEditorStore } from "@/features/editor/store/editor-store";
import { texts } from "@/features/editor/texts";

/** The id, changed when the field is left: every reference to the step changes with it. */
export function IdField({ step }: { step: Step }) {
  const store = useEditorStore();
  const [typed, setTyped] = useState(step.id);
  const { history, canEdit } = store.getState();
  const problem = idProblem(history.present, { current: step.id, next: typed });
  const rename = () => {
    if (problem || typed === step.id) {
      setTyped(step.id);
      return;
    }
    store.getState().edit({ kind: "rename_step", from: step.id, to: typed });
    store.getState().select({ steps: [typed] });
  };
  return (
    <TextInput
      label={texts.panel.step.id}
      description={texts.panel.option.idHelp}
      classNames={{ input: classes.mono }}
      spellCheck={false}
      value={typed}
      disabled={!canEdit}
      error={problem ?? undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={rename}
      onKeyDown={(event) => (event.key === "Enter" ? event.currentTarget.blur() : undefined)}
    />
  );
}
