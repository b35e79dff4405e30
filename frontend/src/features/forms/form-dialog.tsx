import { Alert, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { Form, FormValues } from "@/features/forms/form-queries";
import { ACCESSES, RESPONDS, useSaveForm } from "@/features/forms/form-queries";
import { formTexts } from "@/features/forms/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = formTexts.dialog;
const FIELDS = ["workflow", "title", "description", "access", "respond"] as const;

type FormDialogProps = { opened: boolean; form: Form | null; onClose: () => void };

export function FormDialog({ opened, form, onClose }: FormDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={form ? texts.edit : texts.create} size="lg">
      {opened ? <Content form={form} onClose={onClose} /> : null}
    </Modal>
  );
}

type Values = FormValues & { workflow: string | null };

function Content({ form: known, onClose }: { form: Form | null; onClose: () => void }) {
  const workflows = useQuery({ ...workflowListQuery({ limit: 200 }), enabled: known === null });
  const save = useSaveForm(known?.id ?? null);
  const form = useForm<Values>({
    initialValues: {
      workflow: known?.workflow_slug ?? null,
      title: known?.title ?? "",
      description: known?.description ?? "",
      access: known?.access ?? "public",
      respond: known?.respond ?? "immediately",
    },
    validate: { workflow: (value) => (value ? null : texts.missing) },
  });
  const submit = form.onSubmit(({ workflow, ...values }) =>
    save.mutate(known ? values : { ...values, workflow: workflow ?? "" }, {
      onSuccess: onClose,
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  const { access, respond } = form.values;
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      {known?.trigger_id ? <Alert color="blue">{texts.ofTrigger}</Alert> : null}
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      {known ? null : (
        <Select
          label={texts.workflow}
          description={texts.workflowHint}
          placeholder={texts.choose}
          data={workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? []}
          searchable
          required
          data-autofocus
          {...form.getInputProps("workflow")}
        />
      )}
      <TextInput label={texts.title} placeholder={texts.titleHint} {...form.getInputProps("title")} />
      <Textarea label={texts.text} rows={3} {...form.getInputProps("description")} />
      <Select
        label={texts.access}
        description={formTexts.accessHint[access]}
        data={ACCESSES.map((value) => ({ value, label: formTexts.access[value] }))}
        allowDeselect={false}
        {...form.getInputProps("access")}
      />
      <Select
        label={texts.respond}
        description={formTexts.respondHint[respond]}
        data={RESPONDS.map((value) => ({ value, label: formTexts.respond[value] }))}
        allowDeselect={false}
        {...form.getInputProps("respond")}
      />
    </FormFrame>
  );
}
