import { Accordion, Alert, Group, JsonInput, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useSaveSchedule } from "@/features/schedules/schedule-changes";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { CATCH_UPS, OVERLAPS } from "@/features/schedules/schedule-schema";
import type { ScheduleValues } from "@/features/schedules/schedule-values";
import { bodyOf, parsedInput, valuesOf } from "@/features/schedules/schedule-values";
import { scheduleTexts } from "@/features/schedules/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { TimingFields } from "@/shared/schedule/timing-fields";
import { TimingPreview } from "@/shared/schedule/timing-preview";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = scheduleTexts.dialog;
const FIELDS = [
  "workflow",
  "name",
  "overlap",
  "catch_up",
  "starts_at",
  "ends_at",
  "max_runs",
  "jitter_seconds",
] as const;

type ScheduleFormProps = { schedule: Schedule | null; onClose: () => void };

export function ScheduleForm({ schedule, onClose }: ScheduleFormProps) {
  const save = useSaveSchedule(schedule?.id ?? null);
  const form = useForm<ScheduleValues>({
    initialValues: valuesOf(schedule),
    validate: {
      workflow: (value) => (value || schedule ? null : texts.missing),
      input: (value) => (parsedInput(value) ? null : texts.badInput),
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(bodyOf(values, schedule), {
      onSuccess: onClose,
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      {schedule?.trigger_id ? <Alert color="blue">{texts.ofTrigger}</Alert> : null}
      <FormError error={save.error} title={texts.saveFailed} fields={FIELDS} />
      {schedule ? null : <WorkflowSelect form={form} />}
      <TextInput label={texts.name} placeholder={texts.namePlaceholder} {...form.getInputProps("name")} />
      <TimingFields value={form.values.timing} onChange={(timing) => form.setFieldValue("timing", timing)} />
      <TimingPreview timing={form.values.timing} />
      <Accordion variant="contained">
        <Accordion.Item value="more">
          <Accordion.Control>{texts.more}</Accordion.Control>
          <Accordion.Panel>
            <MoreFields form={form} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </FormFrame>
  );
}

type Form = Pick<UseFormReturnType<ScheduleValues>, "getInputProps">;

function WorkflowSelect({ form }: { form: Form }) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  return (
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
  );
}

function MoreFields({ form }: { form: Form }) {
  return (
    <Stack gap="sm">
      <Select
        label={texts.overlap}
        data={OVERLAPS.map((value) => ({ value, label: texts.overlaps[value] }))}
        allowDeselect={false}
        {...form.getInputProps("overlap")}
      />
      <Select
        label={texts.catchUp}
        data={CATCH_UPS.map((value) => ({ value, label: texts.catchUps[value] }))}
        allowDeselect={false}
        {...form.getInputProps("catch_up")}
      />
      <Group grow align="flex-start">
        <TextInput type="datetime-local" label={texts.startsAt} {...form.getInputProps("starts_at")} />
        <TextInput type="datetime-local" label={texts.endsAt} {...form.getInputProps("ends_at")} />
      </Group>
      <Group grow align="flex-start">
        <NumberInput label={texts.maxRuns} min={1} allowDecimal={false} {...form.getInputProps("max_runs")} />
        <NumberInput
          label={texts.jitter}
          description={texts.jitterHelp}
          min={0}
          max={3600}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("jitter_seconds")}
        />
      </Group>
      <JsonInput label={texts.input} autosize minRows={3} formatOnBlur {...form.getInputProps("input")} />
    </Stack>
  );
}
