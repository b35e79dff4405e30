import { PasswordInput, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Secret } from "@/features/secrets/secret-queries";
import { useSaveSecret } from "@/features/secrets/secret-queries";
import { secretTexts } from "@/features/secrets/texts";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = secretTexts.form;
const FIELDS = ["key", "value", "description", "allowed_hosts"] as const;

type SecretFormProps = { secret: Secret | null; onClose: () => void };

export function SecretForm({ secret, onClose }: SecretFormProps) {
  const save = useSaveSecret(secret);
  const form = useForm({
    initialValues: {
      key: secret?.key ?? "",
      value: "",
      description: secret?.description ?? "",
      allowed_hosts: secret?.allowed_hosts ?? [],
    },
    validate: {
      key: (key) => (key.trim() ? null : texts.missing),
      value: (value) => (value || secret ? null : texts.valueMissing),
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(values, {
      onSuccess: onClose,
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  return (
    <FormFrame
      submitLabel={secret ? texts.save : texts.create}
      isPending={save.isPending}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      <TextInput
        label={texts.key}
        description={texts.keyHint}
        required
        disabled={secret !== null}
        data-autofocus
        {...form.getInputProps("key")}
      />
      <PasswordInput
        label={texts.value}
        description={texts.valueHint}
        placeholder={secret ? texts.keep : ""}
        required={secret === null}
        autoComplete="new-password"
        {...form.getInputProps("value")}
      />
      <TextInput label={texts.description} {...form.getInputProps("description")} />
      <TagsInput label={texts.hosts} description={texts.hostsHint} {...form.getInputProps("allowed_hosts")} />
    </FormFrame>
  );
}
