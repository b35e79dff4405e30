import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useInviteMember } from "@/features/members/invite-member";
import { roleOptions } from "@/features/members/roles";
import { memberTexts } from "@/features/members/texts";
import type { Member, Role } from "@/shared/api/schemas";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

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
    <FormFrame submitLabel={texts.submit} isPending={invite.isPending} onSubmit={submit} onCancel={onCancel}>
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
    </FormFrame>
  );
}
