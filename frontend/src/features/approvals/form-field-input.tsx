import { Checkbox, JsonInput, NumberInput, Select, TextInput } from "@mantine/core";
import type { FormField } from "@/features/approvals/form-fields";

type FormFieldInputProps = {
  field: FormField;
  value: string | boolean;
  error?: string;
  onChange: (value: string | boolean) => void;
};

/** The input of one field. */
export function FormFieldInput({ field, value, error, onChange }: FormFieldInputProps) {
  const common = { label: field.label, description: field.help || undefined, error };
  const text = String(value);
  switch (field.kind) {
    case "boolean":
      return (
        <Checkbox
          {...common}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          required={field.required}
          data={field.choices.map(String)}
          value={text || null}
          clearable
          onChange={(chosen) => onChange(chosen ?? "")}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          required={field.required}
          value={text}
          onChange={(number) => onChange(String(number))}
        />
      );
    case "json":
      return <JsonInput {...common} required={field.required} value={text} minRows={3} onChange={onChange} />;
    case "text":
      return (
        <TextInput
          {...common}
          required={field.required}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return field.kind satisfies never;
  }
}
