import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { enter } from "@/features/account/enter";
import { useAcceptInvitation } from "@/features/account/invitation-query";
import { PasswordFields } from "@/features/account/password-fields";
import { accountTexts } from "@/features/account/texts";
import { passwordRules, required } from "@/features/account/validation";
import { FormError, fieldErrors } from "@/shared/ui/form-error";

const texts = accountTexts.invite;
const FIELDS = ["name", "password"] as const;

type AcceptInviteFormProps = { token: string; email: string; hasAccount: boolean };

export function AcceptInviteForm({ token, email, hasAccount }: AcceptInviteFormProps) {
  const accept = useAcceptInvitation(token);
  const form = useForm({
    initialValues: { name: "", password: "", repeat: "" },
    validate: {
      name: (value) => (hasAccount ? null : required(value)),
      password: required,
      repeat: (value, { password }) =>
        hasAccount || value === password ? null : accountTexts.password.differs,
    },
  });
  const submit = form.onSubmit(({ name, password }) =>
    accept.mutate(
      { name, password },
      {
        onSuccess: () => enter(),
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  const { name, password } = form.values;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <FormError error={accept.error} title={texts.failed} fields={FIELDS} />
        {/* For password managers: whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        {hasAccount ? (
          <PasswordInput
            label={accountTexts.password.label}
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
          />
        ) : (
          <>
            <TextInput label={texts.name} required autoComplete="name" {...form.getInputProps("name")} />
            <PasswordFields
              password={form.getInputProps("password")}
              repeat={form.getInputProps("repeat")}
              rules={passwordRules({ password, person: { name, email } })}
            />
          </>
        )}
        <Button type="submit" size="md" loading={accept.isPending || accept.isSuccess}>
          {texts.submit}
        </Button>
      </Stack>
    </form>
  );
}
