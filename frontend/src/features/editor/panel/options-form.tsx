import {
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { Step } from "@/features/editor/model/definition";
import { JsonField } from "@/features/editor/panel/code-fields";
import { IdField } from "@/features/editor/panel/id-field";
import { Labelled } from "@/features/editor/panel/labelled";
import { RetryFields } from "@/features/editor/panel/retry-fields";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectEdit } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

type OptionsFormProps = { step: Step; errorAt: (path: string) => string };
type SetOption = (field: string, value: unknown) => void;

const options = texts.panel.option;

/** What every kind of step can be told. */
export function OptionsForm({ step, errorAt }: OptionsFormProps) {
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  const set: SetOption = (field, value) =>
    edit({ kind: "update_step", ids: [step.id], field, value }, { coalesceKey: `${step.id}.${field}` });
  const join = typeof step.join === "string" ? step.join : "any";
  return (
    <Stack gap="md">
      <IdField step={step} />
      <TextInput
        label={options.output}
        description={options.outputHelp}
        placeholder={step.id}
        value={step.output ?? ""}
        disabled={!canEdit}
        error={errorAt("output") || undefined}
        onChange={(event) => set("output", event.currentTarget.value || undefined)}
      />
      <Labelled label={options.join} help={options.joinHelp} isRequired={false} error={errorAt("join")}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={options.join}
          data={["any", "all", "first"]}
          value={join}
          disabled={!canEdit}
          onChange={(value) => set("join", value === "any" ? undefined : value)}
        />
      </Labelled>
      <NumberInput
        label={options.timeout}
        description={options.timeoutHelp}
        min={0}
        value={typeof step.timeout === "number" ? step.timeout : ""}
        disabled={!canEdit}
        error={errorAt("timeout") || undefined}
        onChange={(value) => set("timeout", typeof value === "number" ? value : undefined)}
      />
      <RetryFields
        step={step}
        isDisabled={!canEdit}
        error={errorAt("retry")}
        onChange={(value) => set("retry", value)}
      />
      <OnErrorField step={step} isDisabled={!canEdit} error={errorAt("on_error")} set={set} />
      <Group>
        <Switch
          label={options.enabled}
          description={options.enabledHelp}
          checked={step.enabled !== false}
          disabled={!canEdit}
          onChange={(event) => set("enabled", event.currentTarget.checked ? undefined : false)}
        />
      </Group>
      <Textarea
        label={options.notes}
        autosize
        minRows={2}
        value={typeof step.notes === "string" ? step.notes : ""}
        disabled={!canEdit}
        onChange={(event) => set("notes", event.currentTarget.value || undefined)}
      />
    </Stack>
  );
}

type OnErrorProps = { step: Step; isDisabled: boolean; error: string; set: SetOption };

function OnErrorField({ step, isDisabled, error, set }: OnErrorProps) {
  const value = step.on_error;
  const fallback =
    typeof value === "object" && value !== null && "fallback" in value ? value.fallback : undefined;
  const isFallback = typeof value === "object" && value !== null;
  const kind = isFallback ? "fallback" : typeof value === "string" ? value : "fail";
  return (
    <>
      <Select
        label={options.onError}
        data={options.onErrorChoices}
        value={kind}
        allowDeselect={false}
        disabled={isDisabled}
        error={error || undefined}
        onChange={(next) =>
          set("on_error", next === "fallback" ? { fallback: null } : next === "fail" ? undefined : next)
        }
      />
      {isFallback ? (
        <JsonField
          path="on_error.fallback"
          label={options.fallback}
          help={options.fallbackHelp}
          schema={{}}
          root={{}}
          value={fallback}
          isRequired={false}
          isDisabled={isDisabled}
          error=""
          errorAt={() => ""}
          language=""
          onChange={(next) => set("on_error", { fallback: next ?? null })}
        />
      ) : null}
    </>
  );
}
