import { Group, NumberInput, Radio, Select, Stack, Switch } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { Budget } from "@/features/ai-usage/budget-queries";
import { PERIODS, POLICIES, useSaveBudget } from "@/features/ai-usage/budget-queries";
import { usageTexts } from "@/features/ai-usage/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = usageTexts.budget;
const FIELDS = ["workflow", "period", "max_tokens", "max_cost", "policy"] as const;

type BudgetFormProps = { budget: Budget | null; onClose: () => void };

/** A limit: whose, for how long, how much, and what happens when it is used up. */
export function BudgetForm({ budget, onClose }: BudgetFormProps) {
  const save = useSaveBudget(budget);
  const form = useForm({
    initialValues: {
      workflow: budget?.workflow_slug ?? "",
      period: budget?.period ?? "month",
      max_tokens: limit(budget?.max_tokens),
      max_cost: limit(budget?.max_cost),
      policy: budget?.policy ?? "block",
      is_active: budget?.is_active ?? true,
    },
    validate: {
      max_tokens: (tokens, { max_cost }) =>
        amount(tokens) === null && amount(max_cost) === null ? texts.limitMissing : null,
    },
  });
  const submit = form.onSubmit(({ max_tokens, max_cost, ...rest }) =>
    save.mutate(
      { ...rest, max_tokens: amount(max_tokens), max_cost: amount(max_cost) },
      {
        onSuccess: onClose,
        onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
      },
    ),
  );
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      {budget ? null : <Whose {...form.getInputProps("workflow")} />}
      <Select
        label={texts.period}
        data={PERIODS.map((value) => ({ value, label: texts.periods[value] }))}
        allowDeselect={false}
        {...form.getInputProps("period")}
      />
      <Group grow align="flex-start">
        <NumberInput
          label={texts.maxTokens}
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          {...form.getInputProps("max_tokens")}
        />
        <NumberInput
          label={texts.maxCost}
          min={0}
          decimalScale={4}
          prefix="$"
          {...form.getInputProps("max_cost")}
        />
      </Group>
      <Radio.Group label={texts.policy} {...form.getInputProps("policy")}>
        <Stack gap="xs" mt="xs">
          {POLICIES.map((value) => (
            <Radio
              key={value}
              value={value}
              label={texts.policies[value]}
              description={texts.policyHints[value]}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Switch label={texts.active} {...form.getInputProps("is_active", { type: "checkbox" })} />
    </FormFrame>
  );
}

type WhoseProps = { value?: string; onChange?: (value: string) => void };

function Whose({ value = "", onChange }: WhoseProps) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const known = (workflows.data?.results ?? []).map(({ slug, name }) => ({ value: slug, label: name }));
  return (
    <Select
      label={texts.whose}
      data={[{ value: "", label: usageTexts.budgetOf(null) }, ...known]}
      value={value}
      onChange={(next) => onChange?.(next ?? "")}
      searchable
      allowDeselect={false}
    />
  );
}

function limit(value: number | null | undefined): number | string {
  return value ?? "";
}

function amount(value: number | string): number | null {
  return typeof value === "number" ? value : null;
}
