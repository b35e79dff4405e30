import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRenameOrganization } from "@/features/settings/settings-queries";
import { settingsTexts } from "@/features/settings/texts";
import type { Organization } from "@/shared/api/schemas";
import { useSession } from "@/shared/session/use-session";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { PageSection } from "@/shared/ui/page-section";

const texts = settingsTexts.organization;
const FIELDS = ["name"] as const;

export function OrganizationSection({ mayManage }: { mayManage: boolean }) {
  const organization = useSession()?.organization;
  if (!organization) return null;
  return (
    <PageSection title={texts.title} description={texts.hint(organization.slug)}>
      {mayManage ? <NameForm organization={organization} /> : <Text>{organization.name}</Text>}
    </PageSection>
  );
}

function NameForm({ organization: { id, name } }: { organization: Organization }) {
  const rename = useRenameOrganization(id);
  const form = useForm({
    initialValues: { name },
    validate: { name: (value) => (value.trim() ? null : texts.missing) },
  });
  const submit = form.onSubmit((values) =>
    rename.mutate(values.name.trim(), {
      onSuccess: () => form.resetDirty(),
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={480}>
        <FormError error={rename.error} title={texts.failed} fields={FIELDS} />
        <TextInput label={texts.name} required {...form.getInputProps("name")} />
        <Group>
          <Button type="submit" variant="default" disabled={!form.isDirty()} loading={rename.isPending}>
            {texts.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
