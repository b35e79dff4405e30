import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowBarToLeft, IconArrowBarToRight, IconLayoutSidebarRightCollapse } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "@/features/editor/panel/panel.module.css";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectSetView } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const selectIsWide = (state: EditorState) => state.isPanelWide;
const selectHasSelection = (state: EditorState) => state.selection.steps.length > 0;

type PanelHeadProps = { icon?: ReactNode; title: string; subtitle?: string };

export function PanelHead({ icon, title, subtitle }: PanelHeadProps) {
  const setView = useEditor(selectSetView);
  const isWide = useEditor(selectIsWide);
  const hasSelection = useEditor(selectHasSelection);
  return (
    <header className={classes.head}>
      {icon}
      <div className={classes.words}>
        <h2 className={classes.title}>{title}</h2>
        {subtitle ? <div className={classes.subtitle}>{subtitle}</div> : null}
      </div>
      <Tooltip label={isWide ? texts.panel.narrow : texts.panel.widen}>
        <ActionIcon
          aria-label={isWide ? texts.panel.narrow : texts.panel.widen}
          onClick={() => setView({ isPanelWide: !isWide })}
        >
          {isWide ? <IconArrowBarToRight size={18} /> : <IconArrowBarToLeft size={18} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={texts.panel.close}>
        <ActionIcon
          aria-label={texts.panel.close}
          onClick={() => setView({ panel: hasSelection ? "closed" : "auto" })}
        >
          <IconLayoutSidebarRightCollapse size={18} />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}
