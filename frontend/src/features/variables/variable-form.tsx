import { Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { variableTexts } from "@/features/variables/texts";
import type { Variable } from "@/features/variables/variable-queries";
import { readValue, showValue, useSaveVariable } from "@/features/variables/variable-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = variableTexts.form;
const FIELDS = ["key", "value", "description"] as const;

type VariableFormProps = { variable: Variable | null; onClose: () => void };

export function VariableForm({ variable, onClose }: VariableFormProps) {
  const save = useSaveVariable(variable);
  const form = useForm({
    initialValues: {
      key: variable?.key ?? "",
      value: variable ? showValue(variable.value) : "",
      description: variable?.description ?? "",
    },
    validate: { key: (key) => (key.trim() ? null : texts.missing) },
  });
  const submit = form.onSubmit(({ value, ...rest }) =>
    save.mutate(
      { ...rest, value: readValue(value) },
      {
        onSuccess: onClose,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <FormFrame
      submitLabel={variable ? texts.save : texts.create}
      isPending={save.isPending}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      <TextInput
        label={texts.key}
        description={texts.keyHint}
        required
        data-autofocus
        {...form.getInputProps("key")}
      />
      <Textarea
        label={texts.value}
        description={texts.valueHint}
        autosize
        maxRows={12}
        {...form.getInputProps("value")}
      />
      <TextInput label={texts.description} {...form.getInputProps("description")} />
    </FormFrame>
  );
}
