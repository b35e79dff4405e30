import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRename } from "@/features/account/account-changes";
import { accountTexts } from "@/features/account/texts";
import { required } from "@/features/account/validation";
import type { Session } from "@/shared/api/schemas";
import { FormError, fieldErrors } from "@/shared/ui/form-error";

const texts = accountTexts.page;
const FIELDS = ["name"] as const;

export function NameForm({ user: { name, email } }: { user: Session["user"] }) {
  const rename = useRename();
  const form = useForm({ initialValues: { name }, validate: { name: required } });
  const submit = form.onSubmit((values) =>
    rename.mutate(values.name.trim(), {
      onSuccess: () => form.resetDirty(),
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <FormError error={rename.error} title={texts.nameFailed} fields={FIELDS} />
        <TextInput label={texts.name} required autoComplete="name" {...form.getInputProps("name")} />
        <TextInput label={texts.email} description={texts.emailHint} value={email} readOnly />
        <Group>
          <Button type="submit" variant="default" disabled={!form.isDirty()} loading={rename.isPending}>
            {texts.saveName}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
