import { Portal } from "@mantine/core";
import type { CSSProperties } from "react";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import classes from "@/features/editor/palette/palette.module.css";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCatalogue } from "@/features/editor/store/selectors";

const selectDrag = (state: EditorState) => state.paletteDrag;

/** The step under the pointer while it is dragged out of the palette. */
export function DragPreview() {
  const drag = useEditor(selectDrag);
  const catalogue = useEditor(selectCatalogue);
  const type = drag && catalogue.get(drag.type);
  if (!drag || !type) {
    return null;
  }
  const style: CSSProperties & Record<"--step-color", string> = {
    "--step-color": `var(--mantine-color-${type.color}-6)`,
    transform: `translate(${drag.x}px, ${drag.y}px) translate(-50%, -50%)`,
  };
  return (
    <Portal>
      <div className={classes.preview} style={style} aria-hidden>
        <span className={classes.icon}>
          <StepIcon name={type.icon} size={17} />
        </span>
        {type.label}
      </div>
    </Portal>
  );
}
