import { Tooltip } from "@mantine/core";
import type { CSSProperties } from "react";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import type { StepType } from "@/features/editor/model/catalogue";
import classes from "@/features/editor/palette/palette.module.css";
import { usePaletteDrag } from "@/features/editor/palette/use-palette-drag";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const TOOLTIP = { position: "right", multiline: true, maw: 280, openDelay: 700 } as const;
const selectIsDragging = (state: EditorState) => state.paletteDrag !== null;

type PaletteItemProps = { type: StepType; onAdd: (type: string) => void };

export function PaletteItem({ type, onAdd }: PaletteItemProps) {
  const canEdit = useEditor(selectCanEdit);
  const drag = usePaletteDrag(type.type);
  const isDragging = useEditor(selectIsDragging);
  const style: CSSProperties & Record<"--step-color", string> = {
    "--step-color": `var(--mantine-color-${type.color}-6)`,
  };
  return (
    <Tooltip label={type.help} disabled={!type.help || isDragging} {...TOOLTIP}>
      <button
        type="button"
        className={classes.item}
        style={style}
        disabled={!canEdit}
        aria-label={texts.palette.add(type.label)}
        onPointerDown={drag.onPointerDown}
        onClick={(event) => {
          if (!drag.wasDragged()) {
            onAdd(type.type);
          }
          // Keys belong to the canvas again after a click with the mouse.
          if (event.detail > 0) {
            event.currentTarget.blur();
          }
        }}
      >
        <span className={classes.icon}>
          <StepIcon name={type.icon} size={17} />
        </span>
        <span className={classes.label}>{type.label}</span>
      </button>
    </Tooltip>
  );
}
