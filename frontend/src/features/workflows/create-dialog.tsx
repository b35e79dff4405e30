import { Modal, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import { emptyDefinition, useCreateWorkflow } from "@/features/workflows/create-workflow";
import { workflowTexts } from "@/features/workflows/texts";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = workflowTexts.createDialog;
const FIELDS = ["name"] as const;

type CreateDialogProps = { opened: boolean; onClose: () => void };

export function CreateDialog({ opened, onClose }: CreateDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={texts.title}>
      <CreateForm onClose={onClose} />
    </Modal>
  );
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const create = useCreateWorkflow();
  const form = useForm({
    initialValues: { name: "" },
    validate: { name: (value) => (value.trim() ? null : texts.missing) },
  });
  const submit = form.onSubmit(({ name }) =>
    create.mutate(
      { name: name.trim(), definition: emptyDefinition(name.trim()) },
      {
        onSuccess: ({ slug }) => navigate(`/workflows/${slug}`),
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <FormFrame submitLabel={texts.submit} isPending={create.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={create.error} title={texts.failed} fields={FIELDS} />
      <TextInput
        label={texts.name}
        description={texts.hint}
        placeholder={texts.placeholder}
        maxLength={200}
        data-autofocus
        {...form.getInputProps("name")}
      />
    </FormFrame>
  );
}
