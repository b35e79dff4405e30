import { NumberInput, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { Policy } from "@/features/settings/settings-queries";
import { useSavePolicy } from "@/features/settings/settings-queries";
import { settingsTexts } from "@/features/settings/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = settingsTexts.retention;
const FIELDS = ["workflow", "days", "jobs", "megabytes"] as const;

type Values = { workflow: string | null; days: Typed; jobs: Typed; megabytes: Typed };
/** An empty field is the empty text. */
type Typed = number | string;

type RetentionFormProps = { policy: Policy | null; onClose: () => void };

/** The limits of one policy; a new one is for a workflow. */
export function RetentionForm({ policy, onClose }: RetentionFormProps) {
  const save = useSavePolicy();
  const workflows = useQuery({ ...workflowListQuery({ limit: 200 }), enabled: policy === null });
  const form = useForm<Values>({
    initialValues: {
      workflow: policy?.workflow ?? null,
      days: policy?.days ?? "",
      jobs: policy?.jobs ?? "",
      megabytes: policy?.megabytes ?? "",
    },
    validate: { workflow: (value) => (policy || value ? null : texts.missing) },
  });
  const submit = form.onSubmit(({ workflow, days, jobs, megabytes }) =>
    save.mutate(
      { workflow, days: limit(days), jobs: limit(jobs), megabytes: limit(megabytes) },
      {
        onSuccess: onClose,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      {policy ? null : (
        <Select
          label={texts.workflow}
          placeholder={texts.choose}
          data={(workflows.data?.results ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
          searchable
          required
          data-autofocus
          {...form.getInputProps("workflow")}
        />
      )}
      <NumberInput label={texts.days} min={0} {...form.getInputProps("days")} />
      <NumberInput label={texts.jobs} min={0} allowDecimal={false} {...form.getInputProps("jobs")} />
      <NumberInput label={texts.megabytes} min={0} {...form.getInputProps("megabytes")} />
    </FormFrame>
  );
}

function limit(typed: Typed): number | null {
  return typeof typed === "number" ? typed : null;
}
