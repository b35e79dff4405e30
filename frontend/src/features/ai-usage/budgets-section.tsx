import { ActionIcon, Badge, Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Budget } from "@/features/ai-usage/budget-queries";
import { budgetsQuery, useDeleteBudget, usedPart } from "@/features/ai-usage/budget-queries";
import { usageTexts } from "@/features/ai-usage/texts";
import { money } from "@/features/ai-usage/usage-queries";
import { useMay } from "@/shared/session/use-session";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { useEditing } from "@/shared/ui/use-editing";

const BudgetForm = later(
  async () => (await import("@/features/ai-usage/budget-form")).BudgetForm,
  () => true,
);

const texts = usageTexts.budget;

/** The limits over what language models may use up, and how near they are. */
export function BudgetsSection() {
  const budgets = useQuery(budgetsQuery);
  const mayManage = useMay("ai.manage");
  const editing = useEditing<Budget>();
  const createButton = mayManage ? (
    <Button variant="light" size="xs" leftSection={<IconPlus size={16} />} onClick={editing.create}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageSection title={usageTexts.budgets} actions={createButton}>
      <QueryView query={budgets} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <Stack gap="sm">
              {results.map((budget) => (
                <BudgetBar
                  key={budget.id}
                  budget={budget}
                  onEdit={mayManage ? () => editing.edit(budget) : null}
                />
              ))}
            </Stack>
          ) : (
            <Text size="sm" c="dimmed">
              {texts.none}
            </Text>
          )
        }
      </QueryView>
      <EditModal
        editing={editing}
        title={(budget) => (budget ? texts.edit(usageTexts.budgetOf(budget.workflow_name)) : texts.create)}
      >
        {(budget) => <BudgetForm budget={budget} onClose={editing.close} />}
      </EditModal>
    </PageSection>
  );
}

type BudgetBarProps = { budget: Budget; onEdit: (() => void) | null };

function BudgetBar({ budget, onEdit }: BudgetBarProps) {
  const remove = useDeleteBudget();
  const { max_tokens, max_cost, used, policy, period, is_active } = budget;
  const part = usedPart(budget);
  const name = usageTexts.budgetOf(budget.workflow_name);
  const limits = [
    max_tokens !== null &&
      texts.tokensUsed(usageTexts.used(used.tokens.toLocaleString(), max_tokens.toLocaleString())),
    max_cost !== null && usageTexts.used(money(used.cost), money(max_cost)),
  ].filter((limit) => limit !== false);
  return (
    <Paper withBorder p="sm" role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {name}
          </Text>
          <Badge size="sm" variant="light">
            {texts.periods[period]}
          </Badge>
          <Badge size="sm" variant="light" color={policy === "block" ? "red" : "gray"}>
            {texts.policies[policy]}
          </Badge>
          {is_active ? null : <Badge size="sm">{texts.off}</Badge>}
        </Group>
        {onEdit ? (
          <Group gap={4} wrap="nowrap">
            <ActionIcon aria-label={texts.edit(name)} onClick={onEdit}>
              <IconPencil size={18} />
            </ActionIcon>
            <ActionIcon aria-label={texts.removeOf(name)} onClick={() => void remove(budget)}>
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        ) : null}
      </Group>
      <Progress
        value={Math.min(100, 100 * part)}
        color={part >= 1 ? "red" : part >= 0.8 ? "yellow" : "blue"}
        aria-label={limits.join(", ")}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {limits.join(" · ")}
      </Text>
    </Paper>
  );
}
