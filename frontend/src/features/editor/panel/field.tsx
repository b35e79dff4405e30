import { NumberInput, SegmentedControl, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { CodeField, JsonField } from "@/features/editor/panel/code-fields";
import { ConnectorField } from "@/features/editor/panel/connector-field";
import { ExpressionInput } from "@/features/editor/panel/expression-input";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOf, textOrNothing } from "@/features/editor/panel/field-types";
import { Labelled } from "@/features/editor/panel/labelled";
import { ListField } from "@/features/editor/panel/list-field";
import { MapField } from "@/features/editor/panel/map-field";
import { PackagesField } from "@/features/editor/panel/packages-field";
import { kindOf } from "@/features/editor/panel/schema-kind";
import { WorkflowField } from "@/features/editor/panel/workflow-field";
import { HelpText } from "@/shared/ui/help-text";

/** The input that fits a field's schema. */
export function Field(props: FieldProps) {
  const kind = kindOf(props.schema, props.root);
  switch (kind.kind) {
    case "code":
      return <CodeField {...props} language={kind.language || props.language} />;
    case "connector":
      return <ConnectorField {...props} family={kind.family} />;
    case "workflow":
      return <WorkflowField {...props} />;
    case "expression":
    case "template":
      return <MarkedField {...props} kind={kind.kind} />;
    case "choice":
      return <ChoiceField {...props} options={kind.options} />;
    case "boolean":
      return <SwitchField {...props} />;
    case "number":
      return <NumberField {...props} isInteger={kind.isInteger} />;
    case "text":
      return <TextField {...props} />;
    case "paragraph":
      return <ParagraphField {...props} />;
    case "map":
      return <MapField {...props} values={kind.values} />;
    case "list":
      return <ListField {...props} items={kind.items} />;
    case "strings":
      return <StringsField {...props} />;
    case "packages":
      return <PackagesField {...props} />;
    case "json":
      return <JsonField {...props} />;
    default:
      return kind satisfies never;
  }
}

/** The properties that all of Mantine's inputs take alike. */
function common({ label, help, isRequired, isDisabled, error, placeholder }: FieldProps) {
  return {
    label,
    description: help ? <HelpText text={help} /> : undefined,
    withAsterisk: isRequired,
    disabled: isDisabled,
    error: error ? <HelpText text={error} /> : undefined,
    placeholder,
  };
}

function TextField(props: FieldProps) {
  return (
    <TextInput
      {...common(props)}
      value={textOf(props.value)}
      onChange={(event) => props.onChange(textOrNothing(event.currentTarget.value))}
    />
  );
}

function ParagraphField(props: FieldProps) {
  return (
    <Textarea
      {...common(props)}
      autosize
      minRows={1}
      maxRows={12}
      value={textOf(props.value)}
      onChange={(event) => props.onChange(textOrNothing(event.currentTarget.value))}
    />
  );
}

function MarkedField({ kind, ...props }: FieldProps & { kind: "expression" | "template" }) {
  return (
    <Labelled {...props}>
      <ExpressionInput
        {...props}
        kind={kind}
        isInvalid={props.error !== ""}
        onChange={(text) => props.onChange(textOrNothing(text))}
      />
    </Labelled>
  );
}

function NumberField(props: FieldProps & { isInteger: boolean }) {
  const number = typeof props.value === "number" ? props.value : "";
  return (
    <NumberInput
      {...common(props)}
      allowDecimal={!props.isInteger}
      min={props.schema.minimum}
      max={props.schema.maximum}
      value={number}
      onChange={(value) => props.onChange(typeof value === "number" ? value : undefined)}
    />
  );
}

function SwitchField(props: FieldProps) {
  return (
    <Switch
      label={props.label}
      description={props.help ? <HelpText text={props.help} /> : undefined}
      disabled={props.isDisabled}
      error={props.error || undefined}
      checked={typeof props.value === "boolean" ? props.value : props.schema.default === true}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}

const SEGMENTS = 4;
const SEGMENT_LETTERS = 30;

function ChoiceField(props: FieldProps & { options: readonly string[] }) {
  const { options } = props;
  const fallback = typeof props.schema.default === "string" ? props.schema.default : null;
  const value = typeof props.value === "string" ? props.value : fallback;
  const isSmall = options.length <= SEGMENTS && options.join("").length <= SEGMENT_LETTERS;
  if (isSmall && value !== null && options.includes(value)) {
    return (
      <Labelled {...props}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={props.label}
          data={[...options]}
          disabled={props.isDisabled}
          value={value}
          onChange={props.onChange}
        />
      </Labelled>
    );
  }
  return (
    <Select
      {...common(props)}
      data={[...options]}
      value={value}
      clearable={!props.isRequired}
      onChange={(next) => props.onChange(next ?? undefined)}
    />
  );
}

function StringsField(props: FieldProps) {
  const list = Array.isArray(props.value) ? props.value.filter((item) => typeof item === "string") : [];
  return (
    <TagsInput
      {...common(props)}
      value={list}
      onChange={(items) => props.onChange(items.length > 0 ? items : undefined)}
    />
  );
}
