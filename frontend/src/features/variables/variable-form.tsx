import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { variableTexts } from "@/features/variables/texts";
import type { Variable } from "@/features/variables/variable-queries";
import { readValue, showValue, useSaveVariable } from "@/features/variables/variable-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { uiTexts } from "@/shared/ui/texts";

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
    <form onSubmit={submit} noValidate>
      <Stack>
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
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {uiTexts.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {variable ? texts.save : texts.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
