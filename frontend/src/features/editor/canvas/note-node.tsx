import { ActionIcon, ColorSwatch, Textarea } from "@mantine/core";
import type { NodeProps } from "@xyflow/react";
import { NodeResizer } from "@xyflow/react";
import type { KeyboardEvent } from "react";
import { memo, useState } from "react";
import Markdown from "react-markdown";
import type { NoteNode as NoteNodeType } from "@/features/editor/canvas/flow-types";
import classes from "@/features/editor/canvas/note.module.css";
import type { NoteColor } from "@/features/editor/model/notes";
import { NOTE_COLORS } from "@/features/editor/model/notes";
import { useEditorStore } from "@/features/editor/store/editor-store";
import { texts } from "@/features/editor/texts";

const MINIMUM = { width: 120, height: 64 };

/** A sticky note: Markdown to read, a text field while it is written. HTML in it stays text. */
export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteNodeType>) {
  const { note, canEdit } = data;
  const store = useEditorStore();
  const [isWriting, setWriting] = useState(false);
  const update = (fields: Parameters<typeof updateOf>[1]) => store.getState().edit(updateOf(note.id, fields));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the node around it has the role and takes the keys
    <div
      className={classes.note}
      data-color={note.color}
      data-selected={selected || undefined}
      onDoubleClick={() => setWriting(canEdit)}
    >
      <NodeResizer
        isVisible={selected && canEdit}
        minWidth={MINIMUM.width}
        minHeight={MINIMUM.height}
        lineClassName={classes.resizeLine ?? ""}
        onResizeEnd={(_event, { x, y, width, height }) =>
          update({ position: [x, y], size: [Math.round(width), Math.round(height)] })
        }
      />
      {selected && canEdit ? <Colors onChoose={(color) => update({ color })} /> : null}
      {isWriting ? (
        <NoteField
          text={note.text}
          onDone={(text) => {
            setWriting(false);
            update({ text });
          }}
        />
      ) : (
        <div className={classes.text}>
          {note.text ? <Markdown>{note.text}</Markdown> : <p>{texts.notes.empty}</p>}
        </div>
      )}
    </div>
  );
});

function updateOf(
  id: string,
  fields: Partial<{ text: string; color: NoteColor; position: [number, number]; size: [number, number] }>,
) {
  return { kind: "notes", change: { kind: "update", id, fields } } as const;
}

function Colors({ onChoose }: { onChoose: (color: NoteColor) => void }) {
  return (
    <div className={`nodrag ${classes.colors}`}>
      {NOTE_COLORS.map((color) => (
        <ActionIcon
          key={color}
          size="sm"
          variant="transparent"
          aria-label={texts.notes.color(color)}
          onClick={() => onChoose(color)}
        >
          <ColorSwatch size={14} color={`var(--mantine-color-${color}-4)`} />
        </ActionIcon>
      ))}
    </div>
  );
}

/** Writing ends with Escape, Ctrl+Enter or a click elsewhere; all of them keep what was written. */
function NoteField({ text, onDone }: { text: string; onDone: (text: string) => void }) {
  const [value, setValue] = useState(text);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
      onDone(value);
    }
  };
  return (
    <Textarea
      className={`nodrag nowheel ${classes.field}`}
      aria-label={texts.notes.edit}
      autoFocus
      value={value}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={() => onDone(value)}
      onKeyDown={onKeyDown}
    />
  );
}
