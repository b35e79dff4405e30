import { Modal, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { startTexts } from "@/features/start/texts";
import type { Template } from "@/shared/api/template-queries";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = startTexts.templates.dialog;

type TemplateDialogProps = {
  opened: boolean;
  name: string;
  parameters: Template["parameters"];
  busy: boolean;
  onUse: (parameters: Record<string, string>) => void;
  onClose: () => void;
};

/** What a template asks for before it becomes a workflow. */
export function TemplateDialog({ opened, name, parameters, busy, onUse, onClose }: TemplateDialogProps) {
  const form = useForm<Record<string, string>>({
    initialValues: Object.fromEntries(parameters.map((one) => [one.name, one.default])),
  });
  return (
    <Modal opened={opened} onClose={onClose} title={texts.title(name)}>
      <FormFrame
        submitLabel={texts.submit}
        isPending={busy}
        onSubmit={form.onSubmit(onUse)}
        onCancel={onClose}
      >
        {parameters.map((one) => (
          <TextInput key={one.name} label={one.label} data-autofocus {...form.getInputProps(one.name)} />
        ))}
      </FormFrame>
    </Modal>
  );
}
