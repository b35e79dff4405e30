import { Autocomplete, Group, NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { Price } from "@/features/ai-usage/price-queries";
import { useSavePrice } from "@/features/ai-usage/price-queries";
import { usageTexts } from "@/features/ai-usage/texts";
import { connectorTypesQuery } from "@/shared/api/connector-queries";
import { FormError, fieldErrors } from "@/shared/ui/form-error";
import { FormFrame } from "@/shared/ui/form-frame";

const texts = usageTexts.price;
const FIELDS = ["provider", "model", "prompt_price", "completion_price"] as const;

type PriceFormProps = { price: Price | null; onClose: () => void };

/** What a million tokens of a model cost; a changed list price becomes one of the organisation's own. */
export function PriceForm({ price, onClose }: PriceFormProps) {
  const save = useSavePrice();
  const types = useQuery(connectorTypesQuery);
  const form = useForm({
    initialValues: {
      provider: price?.provider ?? "",
      model: price?.model ?? "",
      prompt_price: price?.prompt_price ?? 0,
      completion_price: price?.completion_price ?? 0,
    },
    validate: { model: (model) => (model.trim() ? null : texts.modelMissing) },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(values, {
      onSuccess: onClose,
      onError: (error) => form.setErrors(fieldErrors({ error, fields: FIELDS })),
    }),
  );
  const providers = (types.data ?? []).filter(({ family }) => family === "ai").map(({ type }) => type);
  return (
    <FormFrame submitLabel={texts.save} isPending={save.isPending} onSubmit={submit} onCancel={onClose}>
      <FormError error={save.error} title={texts.failed} fields={FIELDS} />
      <TextInput
        label={texts.model}
        description={texts.modelHint}
        required
        disabled={price !== null}
        {...form.getInputProps("model")}
      />
      <Autocomplete
        label={texts.provider}
        description={texts.providerHint}
        data={providers}
        disabled={price !== null}
        {...form.getInputProps("provider")}
      />
      <Group grow>
        <NumberInput
          label={texts.prompt}
          min={0}
          decimalScale={6}
          prefix="$"
          {...form.getInputProps("prompt_price")}
        />
        <NumberInput
          label={texts.completion}
          min={0}
          decimalScale={6}
          prefix="$"
          {...form.getInputProps("completion_price")}
        />
      </Group>
    </FormFrame>
  );
}
