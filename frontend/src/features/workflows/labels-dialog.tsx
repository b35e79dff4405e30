import { Autocomplete, Modal, TagsInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { workflowTexts } from "@/features/workflows/texts";
import { workflowLabelsQuery } from "@/shared/api/workflow-queries";
import { FormError } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = workflowTexts.labels;

export type Labels = { folder: string; tags?: string[] };

type LabelsDialogProps = {
  opened: boolean;
  title: string;
  /** Without tags only the folder is asked for. */
  start: Labels;
  onSave: (labels: Labels) => Promise<void>;
  onClose: () => void;
};

/** Files a workflow, or several, under a folder and tags. */
export function LabelsDialog({ opened, title, ...rest }: LabelsDialogProps) {
  return (
    <Modal opened={opened} onClose={rest.onClose} title={title}>
      {opened ? <LabelsForm {...rest} /> : null}
    </Modal>
  );
}

function LabelsForm({ start, onSave, onClose }: Omit<LabelsDialogProps, "opened" | "title">) {
  const known = useQuery(workflowLabelsQuery).data;
  const save = useMutation({ mutationFn: onSave, onSuccess: onClose });
  const form = useForm<Labels>({ initialValues: start });
  const names = (found: readonly { name: string }[] = []) => found.map(({ name }) => name);
  return (
    <FormFrame
      submitLabel={texts.submit}
      isPending={save.isPending}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onCancel={onClose}
    >
      <FormError error={save.error} title={texts.failed} fields={[]} />
      <Autocomplete
        label={texts.folder}
        description={texts.folderHint}
        data={names(known?.folders)}
        maxLength={200}
        data-autofocus
        {...form.getInputProps("folder")}
      />
      {start.tags ? (
        <TagsInput
          label={texts.tags}
          description={texts.tagsHint}
          data={names(known?.tags)}
          maxTags={20}
          {...form.getInputProps("tags")}
        />
      ) : null}
    </FormFrame>
  );
}
