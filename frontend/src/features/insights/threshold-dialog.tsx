import { Group, Modal, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { insightsTexts } from "@/features/insights/texts";
import { useAddThreshold } from "@/features/insights/threshold-changes";
import type { Measure } from "@/shared/api/insights-queries";
import { MEASURES } from "@/shared/api/insights-queries";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = insightsTexts.form;
const FIELDS = ["workflow", "step", "measure", "warning", "critical", "last_jobs"] as const;
const OPTIONS = MEASURES.map((value) => ({ value, label: insightsTexts.thresholds.measures[value] }));

type ThresholdDialogProps = { opened: boolean; onClose: () => void };

export function ThresholdDialog({ opened, onClose }: ThresholdDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={texts.title}>
      {opened ? <ThresholdForm onClose={onClose} /> : null}
    </Modal>
  );
}

type Values = {
  workflow: string;
  step: string;
  measure: Measure;
  warning: number | "";
  critical: number | "";
  last_jobs: number;
};
const START: Values = {
  workflow: "",
  step: "",
  measure: "job_seconds",
  warning: "",
  critical: "",
  last_jobs: 20,
};

function ThresholdForm({ onClose }: { onClose: () => void }) {
  const add = useAddThreshold();
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const form = useForm<Values>({
    initialValues: START,
    validate: { warning: (value, { critical }) => (value === "" && critical === "" ? texts.missing : null) },
  });
  const { measure } = form.values;
  const isRate = measure === "success_rate";
  const submit = form.onSubmit(({ workflow, step, warning, critical, last_jobs }) =>
    add.mutate(
      {
        workflow: workflow || null,
        step: measure === "step_seconds" ? step : "",
        measure,
        warning: numberOf(warning, isRate),
        critical: numberOf(critical, isRate),
        last_jobs,
      },
      {
        onSuccess: onClose,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  const options = workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? [];
  const unit = isRate ? texts.percent : texts.seconds;
  return (
    <FormFrame submitLabel={texts.submit} isPending={add.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={add.error} title={texts.failed} fields={FIELDS} />
      <NativeSelect label={texts.measure} data={OPTIONS} data-autofocus {...form.getInputProps("measure")} />
      <NativeSelect
        label={texts.workflow}
        data={[{ value: "", label: insightsTexts.anyWorkflow }, ...options]}
        {...form.getInputProps("workflow")}
      />
      {measure === "step_seconds" ? (
        <TextInput label={texts.step} description={texts.stepHint} {...form.getInputProps("step")} />
      ) : null}
      <Group grow align="flex-start">
        <NumberInput label={texts.warning} description={unit} min={0} {...form.getInputProps("warning")} />
        <NumberInput label={texts.critical} description={unit} min={0} {...form.getInputProps("critical")} />
      </Group>
      {isRate ? (
        <NumberInput label={texts.lastJobs} min={1} max={1000} {...form.getInputProps("last_jobs")} />
      ) : null}
    </FormFrame>
  );
}

function numberOf(value: number | "", isRate: boolean): number | null {
  if (value === "") return null;
  return isRate ? value / 100 : value;
}
