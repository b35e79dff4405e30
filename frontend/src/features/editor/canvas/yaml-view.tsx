import { Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import classes from "@/features/editor/canvas/yaml-view.module.css";
import type { Definition } from "@/features/editor/model/definition";
import { withAllPositions } from "@/features/editor/model/layout";
import { tidyOptions } from "@/features/editor/model/shapes";
import { fromYaml, toYaml } from "@/features/editor/model/yaml-text";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectDefinition } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { CodeEditor } from "@/shared/ui/code-editor";

type Fault = { line: number; message: string };

/** The same workflow as text. What can be read goes into the document at once; what cannot waits, with its line marked. */
export function YamlView() {
  const store = useEditorStore();
  const definition = useEditor(selectDefinition);
  const canEdit = useEditor(selectCanEdit);
  const [text, setText] = useState(() => toYaml(definition));
  const [fault, setFault] = useState<Fault | null>(null);
  const own = useRef<Definition>(definition);
  useEffect(() => {
    // Changed elsewhere: by undo, on the canvas, or by somebody else.
    if (definition !== own.current) {
      own.current = definition;
      setText(toYaml(definition));
      setFault(null);
    }
  }, [definition]);
  const write = (next: string) => {
    setText(next);
    const { history, catalogue, edit } = store.getState();
    const read = fromYaml(next, history.present);
    if (read.kind === "problem") {
      setFault({ line: read.line, message: read.message });
      return;
    }
    setFault(null);
    const placed = withAllPositions(read.definition, tidyOptions(read.definition, catalogue));
    own.current = placed;
    edit({ kind: "replace", definition: placed }, { coalesceKey: "yaml" });
  };
  return (
    <section className={classes.view} aria-label={texts.yaml.label}>
      <CodeEditor
        label={texts.yaml.label}
        language="yaml"
        value={text}
        readOnly={!canEdit}
        height="100%"
        marks={fault ? [fault] : []}
        invalid={fault !== null}
        onChange={write}
      />
      <Text size="sm" c={fault ? "red" : "dimmed"} role="status" className={classes.state}>
        {fault ? texts.yaml.fault(fault.line, fault.message) : texts.yaml.inSync}
      </Text>
    </section>
  );
}
