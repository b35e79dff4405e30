import { Tooltip } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconLock,
  IconPencil,
} from "@tabler/icons-react";
import classes from "@/features/editor/bars/bars.module.css";
import type { EditorState, SaveStatus } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectSaveStatus } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const ICONS: Record<SaveStatus, TablerIcon> = {
  saved: IconCloudCheck,
  unsaved: IconPencil,
  saving: IconCloudUp,
  offline: IconCloudOff,
  failed: IconAlertTriangle,
  conflict: IconAlertTriangle,
};

const selectSaveError = (state: EditorState) => state.saveError;

/** Whether the draft is saved; told to screen readers too. */
export function SaveState() {
  const status = useEditor(selectSaveStatus);
  const error = useEditor(selectSaveError);
  const canEdit = useEditor(selectCanEdit);
  const Icon = canEdit ? ICONS[status] : IconLock;
  return (
    <Tooltip label={error} disabled={!error} multiline maw={320}>
      <output className={classes.save} data-status={status} aria-live="polite">
        <Icon size={16} stroke={1.8} aria-hidden />
        {canEdit ? texts.bar.saveStatus[status] : texts.bar.readOnly}
      </output>
    </Tooltip>
  );
}
