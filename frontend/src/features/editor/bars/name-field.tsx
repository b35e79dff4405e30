import classes from "@/features/editor/bars/bars.module.css";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectDefinition, selectEdit } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

/** The workflow's name, to be changed where it stands. */
export function NameField() {
  const { name } = useEditor(selectDefinition);
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  return (
    <input
      className={classes.name}
      aria-label={texts.bar.name}
      value={name}
      size={Math.min(Math.max(name.length, 8), 40)}
      readOnly={!canEdit}
      maxLength={200}
      spellCheck={false}
      onChange={(event) =>
        edit(
          { kind: "update_document", field: "name", value: event.currentTarget.value },
          { coalesceKey: "document.name" },
        )
      }
      onKeyDown={(event) => (event.key === "Enter" ? event.currentTarget.blur() : undefined)}
    />
  );
}
