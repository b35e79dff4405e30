import { NumberInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { ActionFields } from "@/features/hooks/action-fields";
import type { HookFields } from "@/features/hooks/hook-model";
import { actionsAt, faultsOf, fieldsOf, isOfSteps, mayBlock, valuesOf } from "@/features/hooks/hook-model";
import type { Hook, Moment } from "@/features/hooks/hook-queries";
import { MOMENTS, useSaveHook } from "@/features/hooks/hook-queries";
import { hookTexts } from "@/features/hooks/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = hookTexts.form;
const FIELDS = ["name", "moment", "action", "workflow", "position", "steps"] as const;

type HookFormProps = { hook: Hook | null; onClose: () => void; onMade: (hook: Hook) => void };

export function HookForm({ hook, onClose, onMade }: HookFormProps) {
  const save = useSaveHook(hook);
  const form = useForm<HookFields>({ initialValues: fieldsOf(hook), validate: faultsOf });
  const submit = form.onSubmit((fields) =>
    save.mutate(valuesOf(fields), {
      onSuccess: onMade,
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={save.error} title={hookTexts.form.failed} fields={FIELDS} />
      <TextInput label={texts.name} required data-autofocus {...form.getInputProps("name")} />
      <Select
        label={texts.moment}
        data={MOMENTS.map((value) => ({ value, label: hookTexts.moments[value] }))}
        allowDeselect={false}
        {...form.getInputProps("moment")}
        onChange={(moment) => changeMoment({ form, moment, mayChangeAction: !hook })}
      />
      <ActionFields form={form} isNew={!hook} />
      <Scope form={form} />
      {mayBlock(form.values) ? (
        <Switch
          label={texts.blocking}
          description={texts.blockingHint}
          {...form.getInputProps("blocking", { type: "checkbox" })}
        />
      ) : null}
    </FormFrame>
  );
}

type MomentChange = {
  form: UseFormReturnType<HookFields>;
  moment: string | null;
  mayChangeAction: boolean;
};

/** Another moment may not know what the hook does now. */
function changeMoment({ form, moment, mayChangeAction }: MomentChange): void {
  const next: Moment | undefined = MOMENTS.find((known) => known === moment);
  if (!next) return;
  form.setFieldValue("moment", next);
  const possible = actionsAt(next);
  const first = possible[0];
  if (mayChangeAction && first && !possible.includes(form.values.action)) form.setFieldValue("action", first);
}

/** Which jobs and steps it looks at, and in which order. */
function Scope({ form }: { form: UseFormReturnType<HookFields> }) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const known = (workflows.data?.results ?? []).map(({ slug, name }) => ({ value: slug, label: name }));
  const { moment } = form.values;
  return (
    <>
      <Select
        label={texts.workflow}
        data={[{ value: "", label: hookTexts.everywhere }, ...known]}
        searchable
        allowDeselect={false}
        {...form.getInputProps("workflow")}
      />
      {isOfSteps(moment) ? (
        <>
          <TagsInput label={texts.steps} description={texts.patterns} {...form.getInputProps("steps")} />
          <TagsInput label={texts.stepTypes} {...form.getInputProps("step_types")} />
        </>
      ) : null}
      {moment === "on_error" ? (
        <TagsInput label={texts.errorTypes} {...form.getInputProps("error_types")} />
      ) : null}
      <NumberInput
        label={texts.position}
        description={texts.positionHint}
        allowDecimal={false}
        {...form.getInputProps("position")}
      />
    </>
  );
}
