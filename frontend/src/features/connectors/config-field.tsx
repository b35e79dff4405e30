import { JsonInput, NumberInput, PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import type { ConfigField } from "@/features/connectors/config-model";
import { connectorTexts } from "@/features/connectors/texts";

const texts = connectorTexts.form;

type ConfigFieldInputProps = {
  field: ConfigField;
  value: string | boolean;
  error: string | undefined;
  /** Of a secret that is stored: what may be shown of it. */
  hint: string | undefined;
  onChange: (value: string | boolean) => void;
};

/** One setting of a connector, by its kind. */
export function ConfigFieldInput({ field, value, error, hint, onChange }: ConfigFieldInputProps) {
  const text = typeof value === "string" ? value : "";
  const common = { label: field.title, description: field.description, error, required: field.required };
  switch (field.kind) {
    case "boolean":
      return (
        <Switch {...common} checked={value === true} onChange={(event) => onChange(event.target.checked)} />
      );
    case "secret":
      return (
        <PasswordInput
          {...common}
          description={`${field.description} ${texts.secretHint}`.trim()}
          required={field.required && hint === undefined}
          placeholder={hint === undefined ? "" : `${texts.set(hint)}. ${texts.keep}.`}
          autoComplete="new-password"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          data={[...field.options]}
          value={text}
          onChange={(next) => onChange(next ?? "")}
        />
      );
    case "number":
      return <NumberInput {...common} value={text} onChange={(next) => onChange(String(next))} />;
    case "json":
      return <JsonInput {...common} autosize minRows={2} maxRows={10} value={text} onChange={onChange} />;
    case "text":
      return <TextInput {...common} value={text} onChange={(event) => onChange(event.target.value)} />;
    default:
      return field.kind satisfies never;
  }
}
