import { ActionIcon, Button, Menu, Switch, Tooltip, VisuallyHidden } from "@mantine/core";
import {
  IconArrowLeft,
  IconDots,
  IconDownload,
  IconFileCode,
  IconListDetails,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Action } from "@/features/editor/actions/action";
import { redoAction, undoAction } from "@/features/editor/actions/edit-actions";
import { usePerform } from "@/features/editor/actions/use-actions";
import { shortcutsAction, tidyAction } from "@/features/editor/actions/view-actions";
import {
  commandsAction,
  outlineAction,
  runAction,
  versionsAction,
  yamlAction,
} from "@/features/editor/actions/workflow-actions";
import classes from "@/features/editor/bars/bars.module.css";
import { NameField } from "@/features/editor/bars/name-field";
import { PublishButton } from "@/features/editor/bars/publish-button";
import { SaveState } from "@/features/editor/bars/save-state";
import { Shortcut } from "@/features/editor/dialogs/small-dialogs";
import { setActive } from "@/features/editor/store/api";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectCanEdit,
  selectCanRun,
  selectDefinition,
  selectSetView,
  selectWorkflow,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { notifyError } from "@/shared/ui/notify";

/** The workflow as a whole: its name, whether it is saved, and what can be done with it. */
export function TopBar() {
  return (
    <section className={classes.top} aria-label={texts.bar.label}>
      <Tooltip label={texts.bar.back}>
        <ActionIcon component={Link} to="/workflows" size="lg" aria-label={texts.bar.back}>
          <IconArrowLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <PageHeading />
      <NameField />
      <SaveState />
      <span className={classes.spring} />
      <div className={classes.tools}>
        <ActionButton action={undoAction} />
        <ActionButton action={redoAction} />
        <ActionButton action={tidyAction} />
      </div>
      <ActiveSwitch />
      <RunButton />
      <PublishButton />
      <MoreMenu />
    </section>
  );
}

/** The name is a text field: screen readers get it as the heading of the page too. */
function PageHeading() {
  const { name } = useEditor(selectDefinition);
  return <VisuallyHidden component="h1">{name}</VisuallyHidden>;
}

function ActionButton({ action }: { action: Action }) {
  const perform = usePerform();
  const isEnabled = useEditor((state) => action.isEnabled?.(state) ?? true);
  const Icon = action.icon;
  return (
    <Tooltip label={action.label}>
      <ActionIcon size="lg" aria-label={action.label} disabled={!isEnabled} onClick={() => perform(action)}>
        <Icon size={18} stroke={1.8} />
      </ActionIcon>
    </Tooltip>
  );
}

/** It can be reached all the same where it does nothing, so that it can say why. */
function RunButton() {
  const perform = usePerform();
  const canRun = useEditor(selectCanRun);
  return (
    <Tooltip label={texts.bar.mayNotRun} disabled={canRun} multiline maw={260}>
      <Button
        variant="default"
        data-disabled={!canRun || undefined}
        aria-disabled={!canRun || undefined}
        leftSection={<IconPlayerPlayFilled size={14} />}
        onClick={() => perform(runAction)}
      >
        {texts.bar.run}
      </Button>
    </Tooltip>
  );
}

function ActiveSwitch() {
  const { id, isActive } = useEditor(selectWorkflow);
  const update = useEditor((state) => state.updateWorkflow);
  const canEdit = useEditor(selectCanEdit);
  const change = useMutation({
    mutationFn: (next: boolean) => setActive({ id, isActive: next }),
    onMutate: (next) => update({ isActive: next }),
    onError: (error, next) => {
      update({ isActive: !next });
      notifyError({ title: texts.bar.activeFailed, error });
    },
  });
  return (
    <Tooltip label={texts.bar.activeHint} multiline maw={260}>
      <Switch
        label={texts.bar.active}
        labelPosition="left"
        checked={isActive}
        disabled={!canEdit}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
    </Tooltip>
  );
}

function ActionItem({ action }: { action: Action }) {
  const perform = usePerform();
  return (
    <Menu.Item
      leftSection={<action.icon size={16} />}
      rightSection={<Shortcut action={action} />}
      onClick={() => perform(action)}
    >
      {action.label}
    </Menu.Item>
  );
}

function MoreMenu() {
  const setView = useEditor(selectSetView);
  const { id, slug } = useEditor(selectWorkflow);
  return (
    <Menu position="bottom-end" width={310}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={texts.bar.more}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component="a"
          href={`/api/workflows/${id}/export/?format=yaml`}
          download={`${slug}.yaml`}
          leftSection={<IconDownload size={16} />}
        >
          {texts.bar.exportYaml}
        </Menu.Item>
        <ActionItem action={versionsAction} />
        <ActionItem action={outlineAction} />
        <ActionItem action={yamlAction} />
        <Menu.Item leftSection={<IconFileCode size={16} />} onClick={() => setView({ dialog: "definition" })}>
          {texts.bar.viewDefinition}
        </Menu.Item>
        <ActionItem action={commandsAction} />
        <Menu.Item component={Link} to={`/jobs?workflow=${slug}`} leftSection={<IconListDetails size={16} />}>
          {texts.bar.jobs}
        </Menu.Item>
        <ActionItem action={shortcutsAction} />
      </Menu.Dropdown>
    </Menu>
  );
}
