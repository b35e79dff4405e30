import { Button, Group, Kbd, Modal, NavLink, ScrollArea, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Action } from "@/features/editor/actions/action";
import { allActions } from "@/features/editor/actions/actions";
import { keysOf } from "@/features/editor/actions/shortcuts";
import { stepTitle } from "@/features/editor/model/definition";
import { connectProblem, isConnected } from "@/features/editor/model/graph";
import { portsOf } from "@/features/editor/model/ports";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectCatalogue,
  selectDefinition,
  selectEdit,
  selectSelectedStep,
  selectSetView,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { CodeEditor } from "@/shared/ui/code-editor";

const NONE: ReadonlySet<string> = new Set();
const GROUPS: readonly Action["group"][] = ["Workflow", "Edit", "View"];

/** All keys at a glance. */
export function ShortcutsDialog() {
  const setView = useEditor(selectSetView);
  return (
    <Modal opened title={texts.bar.shortcuts} size="lg" onClose={() => setView({ dialog: null })}>
      <Stack gap="lg">
        {GROUPS.map((group) => (
          <div key={group}>
            <Text size="sm" fw={600} mb={6}>
              {group}
            </Text>
            {allActions
              .filter((action) => action.group === group)
              .map((action) => (
                <Group key={action.name} justify="space-between" py={3}>
                  <Text size="sm">{action.label}</Text>
                  <Shortcut action={action} />
                </Group>
              ))}
          </div>
        ))}
        <Text size="xs" c="dimmed">
          {texts.canvas.pointerHelp}
        </Text>
      </Stack>
    </Modal>
  );
}

export function Shortcut({ action }: { action: Action }) {
  const shortcut = action.clipboardKey ?? action.shortcuts[0];
  return shortcut ? (
    <Group gap={4} wrap="nowrap">
      {keysOf(shortcut).map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </Group>
  ) : null;
}

/** Connecting without a mouse: which port of the selected step leads to which step. */
export function ConnectDialog() {
  const step = useEditor(selectSelectedStep);
  const definition = useEditor(selectDefinition);
  const catalogue = useEditor(selectCatalogue);
  const edit = useEditor(selectEdit);
  const setView = useEditor(selectSetView);
  const ports = step ? portsOf(step, catalogue.get(step.type), NONE).map((port) => port.name) : [];
  const [port, setPort] = useState(ports[0] ?? "next");
  const close = () => setView({ dialog: null });
  const targets = definition.steps.filter((one) => {
    const connection = { from: step?.id ?? "", port, to: one.id };
    return connectProblem(definition, connection) === null && !isConnected(definition, connection);
  });
  return (
    <Modal opened title={texts.connect.title(step ? stepTitle(step) : "")} onClose={close}>
      <Stack>
        <Select
          label={texts.connect.port}
          data={ports}
          value={port}
          allowDeselect={false}
          onChange={(next) => setPort(next ?? port)}
        />
        <ScrollArea.Autosize mah={320}>
          {targets.map((target, index) => (
            <NavLink
              key={target.id}
              component="button"
              data-autofocus={index === 0 || undefined}
              label={stepTitle(target)}
              description={catalogue.get(target.type)?.label}
              onClick={() => {
                edit({ kind: "connect", connection: { from: step?.id ?? "", port, to: target.id } });
                close();
              }}
            />
          ))}
          {targets.length === 0 ? <Text size="sm">{texts.connect.nothing}</Text> : null}
        </ScrollArea.Autosize>
      </Stack>
    </Modal>
  );
}

/** The document as it is saved, to read and to copy. */
export function DefinitionDialog() {
  const definition = useEditor(selectDefinition);
  const setView = useEditor(selectSetView);
  const close = () => setView({ dialog: null });
  return (
    <Modal opened title={texts.bar.viewDefinition} size="xl" onClose={close}>
      <Stack>
        <CodeEditor
          label={texts.bar.viewDefinition}
          language="json"
          value={JSON.stringify(definition, null, 2)}
          readOnly
          maxHeight="65vh"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {texts.bar.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
