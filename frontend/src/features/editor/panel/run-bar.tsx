import { Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import { IconChevronDown, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useMemo } from "react";
import { runFromAction, runStepAction, runToAction } from "@/features/editor/actions/step-run-actions";
import { usePerform } from "@/features/editor/actions/use-actions";
import { Shortcut } from "@/features/editor/dialogs/small-dialogs";
import type { Step } from "@/features/editor/model/definition";
import classes from "@/features/editor/panel/panel.module.css";
import { stepTexts } from "@/features/editor/panel/texts";
import { missing } from "@/features/editor/run/use-run-requests";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectDefinition, selectRuns } from "@/features/editor/store/selectors";

const selectTrying = (state: EditorState) => state.trying;
const selectCanRunFrom = (state: EditorState) => runFromAction.isEnabled?.(state) ?? false;

/** Runs the step of the panel: alone, with what leads to it, or with all that follows. */
export function RunBar({ step }: { step: Step }) {
  const perform = usePerform();
  const canEdit = useEditor(selectCanEdit);
  const trying = useEditor(selectTrying);
  const definition = useEditor(selectDefinition);
  const runs = useEditor(selectRuns);
  const needsOthers = useMemo(
    () => missing({ definition, runs, step: step.id }).length > 0,
    [definition, runs, step.id],
  );
  if (!canEdit) {
    return null;
  }
  return (
    <div className={classes.runBar}>
      <Group gap={0} wrap="nowrap">
        <Tooltip label={needsOthers ? stepTexts.runBefore : stepTexts.runHelp}>
          <Button
            size="xs"
            className={classes.runButton}
            leftSection={<IconPlayerPlayFilled size={13} aria-hidden />}
            loading={trying === step.id}
            disabled={trying !== null && trying !== step.id}
            onClick={() => perform(runStepAction)}
          >
            {stepTexts.run}
          </Button>
        </Tooltip>
        <MoreWays />
      </Group>
    </div>
  );
}

function MoreWays() {
  const perform = usePerform();
  const canRunFrom = useEditor(selectCanRunFrom);
  return (
    <Menu position="bottom-start" width={290}>
      <Menu.Target>
        <Button size="xs" px={7} className={classes.runMore} aria-label={stepTexts.more}>
          <IconChevronDown size={15} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item rightSection={<Shortcut action={runToAction} />} onClick={() => perform(runToAction)}>
          {stepTexts.to}
          <Text size="xs" c="dimmed">
            {stepTexts.toHelp}
          </Text>
        </Menu.Item>
        <Menu.Item
          disabled={!canRunFrom}
          rightSection={<Shortcut action={runFromAction} />}
          onClick={() => perform(runFromAction)}
        >
          {stepTexts.from}
          <Text size="xs" c="dimmed">
            {stepTexts.fromHelp}
          </Text>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
