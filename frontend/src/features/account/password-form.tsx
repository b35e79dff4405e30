import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useChangePassword } from "@/features/account/account-changes";
import { PasswordFields } from "@/features/account/password-fields";
import { accountTexts } from "@/features/account/texts";
import { passwordRules, required } from "@/features/account/validation";
import type { Session } from "@/shared/api/schemas";
import { FormError, fieldErrors } from "@/shared/ui/form-error";

const texts = accountTexts.page;
const FIELDS = ["current_password", "new_password"] as const;
const EMPTY = { current_password: "", new_password: "", repeat: "" };

export function PasswordForm({ user }: { user: Session["user"] }) {
  const change = useChangePassword();
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      current_password: required,
      new_password: required,
      repeat: (value, { new_password }) => (value === new_password ? null : accountTexts.password.differs),
    },
  });
  const submit = form.onSubmit(({ current_password, new_password }) =>
    change.mutate(
      { current_password, new_password },
      {
        onSuccess: () => form.reset(),
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <FormError error={change.error} title={texts.changeFailed} fields={FIELDS} />
        {/* For password managers: whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={user.email} />
        <PasswordInput
          label={texts.current}
          autoComplete="current-password"
          required
          {...form.getInputProps("current_password")}
        />
        <PasswordFields
          password={form.getInputProps("new_password")}
          repeat={form.getInputProps("repeat")}
          rules={passwordRules({ password: form.values.new_password, person: user })}
        />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            {texts.change}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
