import { Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useCompleteSetup } from "@/features/account/complete-setup";
import { enter } from "@/features/account/enter";
import { PasswordFields } from "@/features/account/password-fields";
import { accountTexts } from "@/features/account/texts";
import { emailAddress, passwordRules, required } from "@/features/account/validation";
import { FormError, fieldErrors } from "@/shared/ui/form-error";

const texts = accountTexts.setup;
const FIELDS = ["organization", "name", "email", "password", "token"] as const;

type FirstRunFormProps = { tokenRequired: boolean };

export function FirstRunForm({ tokenRequired }: FirstRunFormProps) {
  const setup = useCompleteSetup();
  const form = useForm({
    initialValues: { organization: "", name: "", email: "", password: "", repeat: "", token: "" },
    validate: {
      organization: required,
      name: required,
      email: emailAddress,
      password: required,
      repeat: (value, values) => (value === values.password ? null : accountTexts.password.differs),
      token: (value) => (tokenRequired ? required(value) : null),
    },
  });
  const submit = form.onSubmit(({ repeat: _, token, ...owner }) =>
    setup.mutate(tokenRequired ? { ...owner, token: token.trim() } : owner, {
      onSuccess: () => enter(),
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  const { password, name, email } = form.values;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <FormError error={setup.error} title={texts.failed} fields={FIELDS} />
        <TextInput
          label={texts.organization}
          description={texts.organizationHint}
          autoFocus
          required
          autoComplete="organization"
          {...form.getInputProps("organization")}
        />
        <TextInput label={texts.name} required autoComplete="name" {...form.getInputProps("name")} />
        <TextInput
          label={texts.email}
          type="email"
          required
          autoComplete="username"
          {...form.getInputProps("email")}
        />
        <PasswordFields
          password={form.getInputProps("password")}
          repeat={form.getInputProps("repeat")}
          rules={passwordRules({ password, person: { name, email } })}
        />
        {tokenRequired ? (
          <TextInput
            label={texts.token}
            description={texts.tokenHint}
            required
            autoComplete="off"
            {...form.getInputProps("token")}
          />
        ) : null}
        <Button type="submit" size="md" loading={setup.isPending || setup.isSuccess}>
          {texts.submit}
        </Button>
      </Stack>
    </form>
  );
}
