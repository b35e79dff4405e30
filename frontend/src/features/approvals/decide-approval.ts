import { useMutation, useQueryClient } from "@tanstack/react-query";
import { approvalSchema, approvalsKey } from "@/features/approvals/approval-queries";
import { approvalTexts } from "@/features/approvals/texts";
import { api } from "@/shared/api/client";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = approvalTexts.dialog;

export type Decision = "approved" | "rejected";

type Decided = { id: string; decision: Decision; comment: string; form: Record<string, unknown> };

/** Approves or rejects; what the form lacks comes back as an error with problems. */
export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Decided) =>
      api.post(`/api/approvals/${id}/decide/`, body, { schema: approvalSchema }),
    onSuccess: (_, { decision }) => notifyDone(texts.done[decision]),
    onSettled: () => client.invalidateQueries({ queryKey: approvalsKey }),
  });
}

/** Hands a decision over to somebody else: one's own, or as an owner that of an approver who is away. */
export function useDelegate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, to, insteadOf = "" }: { id: string; to: string; insteadOf?: string }) =>
      api.post(`/api/approvals/${id}/delegate/`, { to, instead_of: insteadOf }, { schema: approvalSchema }),
    onSuccess: (_, { to }) => notifyDone(texts.delegated(to)),
    onError: (error) => notifyError({ title: texts.delegateFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: approvalsKey }),
  });
}
