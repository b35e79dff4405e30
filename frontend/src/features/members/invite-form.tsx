import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useInviteMember } from "@/features/members/invite-member";
import { roleOptions } from "@/features/members/roles";
import { memberTexts } from "@/features/members/texts";
import type { Member, Role } from "@/shared/api/schemas";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { uiTexts } from "@/shared/ui/texts";

const texts = memberTexts.dialog;
const FIELDS = ["email", "role"] as const;
const START: { email: string; role: Role } = { email: "", role: "editor" };

type InviteFormProps = { onCancel: () => void; onMade: (member: Member) => void };

export function InviteForm({ onCancel, onMade }: InviteFormProps) {
  const invite = useInviteMember();
  const form = useForm({
    initialValues: START,
    validate: { email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : texts.badEmail) },
  });
  const submit = form.onSubmit(({ email, role }) =>
    invite.mutate(
      { email: email.trim(), role },
      {
        onSuccess: onMade,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormError error={invite.error} title={texts.failed} fields={FIELDS} />
        <TextInput
          label={texts.email}
          type="email"
          autoComplete="off"
          required
          data-autofocus
          {...form.getInputProps("email")}
        />
        <Select
          label={texts.role}
          description={memberTexts.roleHint[form.values.role]}
          data={roleOptions}
          allowDeselect={false}
          {...form.getInputProps("role")}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            {uiTexts.cancel}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {texts.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
