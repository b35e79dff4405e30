import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { usageTexts } from "@/features/ai-usage/texts";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = usageTexts.budget;

export const PERIODS = ["day", "month", "total"] as const;
export const POLICIES = ["block", "downgrade", "notify"] as const;

const budgetSchema = z.object({
  id: z.string(),
  workflow_slug: z.string().nullable(),
  workflow_name: z.string().nullable(),
  period: z.enum(PERIODS),
  max_tokens: z.number().nullable(),
  max_cost: z.number().nullable(),
  policy: z.enum(POLICIES),
  is_active: z.boolean(),
  used: z.object({ tokens: z.number(), cost: z.number() }),
});
export type Budget = z.infer<typeof budgetSchema>;

const budgetsKey = ["ai-budgets"] as const;

export const budgetsQuery = queryOptions({
  queryKey: budgetsKey,
  queryFn: ({ signal }) =>
    api.get("/api/ai-budgets/", { schema: pageOf(budgetSchema), query: { limit: 200 }, signal }),
});

export type BudgetSettings = {
  workflow: string;
  period: string;
  max_tokens: number | null;
  max_cost: number | null;
  policy: string;
  is_active: boolean;
};

/** Makes a budget, or changes one; whose it is stays as it is. */
export function useSaveBudget(budget: Budget | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, ...settings }: BudgetSettings) =>
      budget
        ? api.patch(`/api/ai-budgets/${budget.id}/`, settings, { schema: budgetSchema })
        : api.post("/api/ai-budgets/", { ...settings, workflow }, { schema: budgetSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}

/** Lifts a limit after asking. */
export function useDeleteBudget() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Budget) => api.delete(`/api/ai-budgets/${id}/`),
    onSuccess: () => notifyDone(texts.removed),
    onError: (error) => notifyError({ title: texts.removeFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
  return async (budget: Budget) => {
    const name = usageTexts.budgetOf(budget.workflow_name);
    const question = { title: texts.remove, message: texts.removeHint(name), confirmLabel: texts.remove };
    if (await confirm({ ...question, danger: true })) remove.mutate(budget);
  };
}

/** How much of a budget is used: the limit that is nearer to its end counts. */
export function usedPart({ max_tokens, max_cost, used }: Budget): number {
  const parts = [max_tokens && used.tokens / max_tokens, max_cost !== null && used.cost / (max_cost || 1e-9)];
  return Math.max(0, ...parts.filter((part) => typeof part === "number"));
}
