import { ActionIcon, Badge, Button, Group } from "@mantine/core";
import { IconPencil, IconPlus, IconRestore } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Price } from "@/features/ai-usage/price-queries";
import { pricesInForce, pricesQuery, useDeletePrice } from "@/features/ai-usage/price-queries";
import { usageTexts } from "@/features/ai-usage/texts";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { useEditing } from "@/shared/ui/use-editing";

const PriceForm = later(
  async () => (await import("@/features/ai-usage/price-form")).PriceForm,
  () => true,
);

const texts = usageTexts.price;

/** What models cost: the known list, and what the organisation pays instead. */
export function PricesSection() {
  const prices = useQuery(pricesQuery);
  const mayManage = useMay("ai.manage");
  const editing = useEditing<Price>();
  const columns = mayManage ? [...COLUMNS, actionsOf(editing.edit)] : COLUMNS;
  const createButton = mayManage ? (
    <Button variant="light" size="xs" leftSection={<IconPlus size={16} />} onClick={editing.create}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageSection title={texts.title} description={texts.hint} actions={createButton}>
      <QueryView query={prices} failed={texts.loadFailed}>
        {(found) => (
          <DataTable
            label={texts.title}
            rows={pricesInForce(found)}
            columns={columns}
            rowKey={({ provider, model }) => `${provider}/${model}`}
          />
        )}
      </QueryView>
      <EditModal editing={editing} title={(price) => (price ? texts.edit(price.model) : texts.create)}>
        {(price) => <PriceForm price={price} onClose={editing.close} />}
      </EditModal>
    </PageSection>
  );
}

function actionsOf(onEdit: (price: Price) => void): Column<Price> {
  return {
    key: "actions",
    title: "",
    align: "right",
    cell: (price) => <Actions price={price} onEdit={() => onEdit(price)} />,
  };
}

function Actions({ price: { id, model }, onEdit }: { price: Price; onEdit: () => void }) {
  const remove = useDeletePrice();
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {id ? (
        <ActionIcon aria-label={texts.removeOf(model)} onClick={() => remove.mutate(id)}>
          <IconRestore size={18} />
        </ActionIcon>
      ) : null}
      <ActionIcon aria-label={texts.edit(model)} onClick={onEdit}>
        <IconPencil size={18} />
      </ActionIcon>
    </Group>
  );
}

const COLUMNS: readonly Column<Price>[] = [
  {
    key: "model",
    title: texts.model,
    cell: ({ model, id }) => (
      <Group gap="xs" wrap="nowrap">
        {model}
        {id ? (
          <Badge size="sm" variant="light">
            {texts.own}
          </Badge>
        ) : null}
      </Group>
    ),
  },
  {
    key: "provider",
    title: texts.provider,
    from: "sm",
    cell: ({ provider }) => provider || texts.anyProvider,
  },
  { key: "prompt", title: texts.prompt, align: "right", cell: ({ prompt_price }) => dollars(prompt_price) },
  {
    key: "completion",
    title: texts.completion,
    align: "right",
    cell: ({ completion_price }) => dollars(completion_price),
  },
];

function dollars(price: number): string {
  return `$${price.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}
