import { ScrollArea, Stack, Text } from "@mantine/core";
import { ClosedPanel } from "@/features/editor/panel/closed-panel";
import classes from "@/features/editor/panel/panel.module.css";
import { PanelHead } from "@/features/editor/panel/panel-head";
import { StepPanel } from "@/features/editor/panel/step-panel";
import { WorkflowPanel } from "@/features/editor/panel/workflow-panel";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { TRIGGER_PREFIX } from "@/features/editor/store/selection-slice";
import { selectIsPanelShown, selectSelectedStep } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const selectStepCount = (state: EditorState) =>
  state.selection.steps.filter((id) => !id.startsWith(TRIGGER_PREFIX)).length;

/** What is selected, at the right: one step, several, or the workflow itself. */
export function SidePanel() {
  const isShown = useEditor(selectIsPanelShown);
  const isWide = useEditor((state) => state.isPanelWide);
  const step = useEditor(selectSelectedStep);
  const count = useEditor(selectStepCount);
  if (!isShown) {
    return <ClosedPanel />;
  }
  return (
    <aside className={classes.panel} data-wide={isWide || undefined} aria-label={texts.panel.label}>
      {step ? <StepPanel key={step.id} step={step} /> : null}
      {count > 1 ? <ManyPanel count={count} /> : null}
      {!step && count <= 1 ? <WorkflowPanel /> : null}
    </aside>
  );
}

function ManyPanel({ count }: { count: number }) {
  return (
    <>
      <PanelHead title={texts.panel.manyTitle(count)} />
      <ScrollArea className={classes.body}>
        <Stack className={classes.content}>
          <Text size="sm" c="dimmed">
            {texts.panel.manyHint}
          </Text>
        </Stack>
      </ScrollArea>
    </>
  );
}
