import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useEditorStore } from "@/features/editor/store/editor-store";
import { texts } from "@/features/editor/texts";

/** Shows a container small, or with its body again. `nodrag`: a click here moves nothing. */
export function CollapseButton({ id, isCollapsed }: { id: string; isCollapsed: boolean }) {
  const store = useEditorStore();
  const label = isCollapsed ? texts.canvas.expand : texts.canvas.collapse;
  return (
    <ActionIcon
      className="nodrag"
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={label}
      aria-expanded={!isCollapsed}
      onClick={(event) => {
        event.stopPropagation();
        store.getState().edit({ kind: "collapse", ids: [id], collapsed: !isCollapsed });
      }}
    >
      {isCollapsed ? <IconChevronRight size={16} /> : <IconChevronDown size={16} />}
    </ActionIcon>
  );
}
