import { Group, NumberInput, Select, Stack } from "@mantine/core";
import { z } from "zod";
import type { Step } from "@/features/editor/model/definition";
import { texts } from "@/features/editor/texts";

const retrySchema = z.looseObject({
  retries: z.number().optional(),
  backoff: z.string().optional(),
  delay: z.number().optional(),
});

type RetryFieldsProps = {
  step: Step;
  isDisabled: boolean;
  error: string;
  onChange: (retry: Record<string, unknown> | undefined) => void;
};

const options = texts.panel.option;

/** How often a failed step is tried again, and how long it waits in between. */
export function RetryFields({ step, isDisabled, error, onChange }: RetryFieldsProps) {
  const retry = retrySchema.safeParse(step.retry ?? {}).data ?? {};
  const retries = retry.retries ?? 0;
  const change = (field: string, value: unknown) => onChange({ ...retry, [field]: value });
  return (
    <Stack gap="xs">
      <NumberInput
        label={options.retries}
        description={options.retriesHelp}
        min={0}
        max={20}
        allowDecimal={false}
        value={retries}
        disabled={isDisabled}
        error={error || undefined}
        onChange={(value) => (value === 0 || value === "" ? onChange(undefined) : change("retries", value))}
      />
      {retries > 0 ? (
        <Group grow>
          <Select
            label={options.backoff}
            data={["fixed", "linear", "exponential"]}
            value={retry.backoff ?? null}
            placeholder={options.backoffDefault}
            clearable
            disabled={isDisabled}
            onChange={(value) => change("backoff", value ?? undefined)}
          />
          <NumberInput
            label={options.delay}
            min={0}
            value={retry.delay ?? ""}
            placeholder="1"
            disabled={isDisabled}
            onChange={(value) => change("delay", typeof value === "number" ? value : undefined)}
          />
        </Group>
      ) : null}
    </Stack>
  );
}
