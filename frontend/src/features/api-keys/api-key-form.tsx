import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useCreateApiKey } from "@/features/api-keys/create-api-key";
import type { Expiry } from "@/features/api-keys/expiry";
import { EXPIRIES, expiresAt } from "@/features/api-keys/expiry";
import { apiKeyTexts } from "@/features/api-keys/texts";
import type { Scope } from "@/shared/api/schemas";
import { SCOPES } from "@/shared/api/schemas";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = apiKeyTexts.dialog;
const FIELDS = ["name", "scope"] as const;
const SCOPE_OPTIONS = SCOPES.map((value) => ({ value, label: apiKeyTexts.scope[value] }));
const EXPIRY_OPTIONS = EXPIRIES.map((value) => ({ value, label: apiKeyTexts.expiry[value] }));
const START: { name: string; scope: Scope; expiry: Expiry } = { name: "", scope: "execute", expiry: "never" };

type ApiKeyFormProps = { onCancel: () => void; onMade: (key: string) => void };

export function ApiKeyForm({ onCancel, onMade }: ApiKeyFormProps) {
  const create = useCreateApiKey();
  const form = useForm({
    initialValues: START,
    validate: { name: (value) => (value.trim() ? null : texts.missing) },
  });
  const submit = form.onSubmit(({ name, scope, expiry }) =>
    create.mutate(
      { name: name.trim(), scope, expires_at: expiresAt({ expiry, now: Date.now() }) },
      {
        onSuccess: ({ key }) => onMade(key ?? ""),
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <FormFrame submitLabel={texts.submit} isPending={create.isPending} onSubmit={submit} onCancel={onCancel}>
      <FormError error={create.error} title={texts.failed} fields={FIELDS} />
      <TextInput
        label={texts.name}
        description={texts.nameHint}
        placeholder={texts.placeholder}
        maxLength={120}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Select
        label={texts.scope}
        description={apiKeyTexts.scopeHint[form.values.scope]}
        data={SCOPE_OPTIONS}
        allowDeselect={false}
        {...form.getInputProps("scope")}
      />
      <Select
        label={texts.expires}
        data={EXPIRY_OPTIONS}
        allowDeselect={false}
        {...form.getInputProps("expiry")}
      />
    </FormFrame>
  );
}
