import { NumberInput, ScrollArea, Select, Stack, Tabs, Text, Textarea, TextInput } from "@mantine/core";
import { JsonField } from "@/features/editor/panel/code-fields";
import classes from "@/features/editor/panel/panel.module.css";
import { PanelHead } from "@/features/editor/panel/panel-head";
import { TriggersTab } from "@/features/editor/panel/triggers-tab";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectCanEdit,
  selectDefinition,
  selectEdit,
  selectSetView,
  selectWorkflowTab,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const fields = texts.panel.settings;

/** What is shown while no step is selected: the workflow's own settings, and what starts it. */
export function WorkflowPanel() {
  const tab = useEditor(selectWorkflowTab);
  const setView = useEditor(selectSetView);
  return (
    <>
      <PanelHead title={texts.panel.workflow} subtitle={texts.panel.workflowHint} />
      <Tabs
        value={tab}
        onChange={(value) => setView({ workflowTab: value === "triggers" ? "triggers" : "settings" })}
        classNames={{ root: classes.tabs, panel: classes.body }}
        keepMounted={false}
      >
        <Tabs.List px="xs">
          <Tabs.Tab value="settings">{texts.panel.tabs.settings}</Tabs.Tab>
          <Tabs.Tab value="triggers">{texts.panel.triggers}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings">
          <ScrollArea h="100%" type="auto">
            <WorkflowSettings />
          </ScrollArea>
        </Tabs.Panel>
        <Tabs.Panel value="triggers">
          <ScrollArea h="100%" type="auto">
            <TriggersTab />
          </ScrollArea>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function WorkflowSettings() {
  const definition = useEditor(selectDefinition);
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  const settings = definition.settings ?? {};
  const setSetting = (field: string, value: unknown) =>
    edit({ kind: "update_settings", field, value }, { coalesceKey: `settings.${field}` });
  const setField = (field: "name" | "description" | "inputs", value: unknown) =>
    edit({ kind: "update_document", field, value }, { coalesceKey: `document.${field}` });
  return (
    <Stack gap="md" className={classes.content}>
      <TextInput
        label={fields.name}
        value={definition.name}
        disabled={!canEdit}
        onChange={(event) => setField("name", event.currentTarget.value)}
      />
      <Textarea
        label={fields.description}
        autosize
        minRows={2}
        value={definition.description ?? ""}
        disabled={!canEdit}
        onChange={(event) => setField("description", event.currentTarget.value || undefined)}
      />
      <NumberInput
        label={fields.timeout}
        description={fields.timeoutHelp}
        min={1}
        value={typeof settings.timeout === "number" ? settings.timeout : ""}
        placeholder="3600"
        disabled={!canEdit}
        onChange={(value) => setSetting("timeout", typeof value === "number" ? value : undefined)}
      />
      <Select
        label={fields.priority}
        data={fields.priorities}
        value={String(settings.priority ?? 2)}
        allowDeselect={false}
        disabled={!canEdit}
        onChange={(value) => setSetting("priority", value === "2" ? undefined : Number(value))}
      />
      <Select
        label={fields.onFailure}
        data={fields.onFailureChoices}
        value={typeof settings.on_failure === "string" ? settings.on_failure : "stop"}
        allowDeselect={false}
        disabled={!canEdit}
        onChange={(value) => setSetting("on_failure", value === "stop" ? undefined : value)}
      />
      <JsonField
        path="inputs"
        label={fields.inputs}
        help={fields.inputsHelp}
        schema={{}}
        root={{}}
        value={definition.inputs ?? undefined}
        isRequired={false}
        isDisabled={!canEdit}
        error=""
        errorAt={() => ""}
        language=""
        placeholder={fields.inputsExample}
        onChange={(value) => setField("inputs", value)}
      />
      <Text size="xs" c="dimmed">
        {fields.hint}
      </Text>
    </Stack>
  );
}
