import { useMutation, useQueryClient } from "@tanstack/react-query";
import { membersKey } from "@/features/members/member-queries";
import { memberTexts as texts } from "@/features/members/texts";
import { api } from "@/shared/api/client";
import type { Member } from "@/shared/api/schemas";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

/** Removes a member, or takes an invitation back, after asking. */
export function useRemoveMember() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Member) => api.delete(`/api/members/${id}/`),
    onSuccess: () => notifyDone(texts.removed),
    onError: (error) => notifyError({ title: texts.removeFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: membersKey }),
  });
  return async (member: Member) => {
    const agreed = await confirm({
      title: texts.removeTitle,
      message: texts.removeMessage(member.name || member.email),
      confirmLabel: texts.removeConfirm,
      danger: true,
    });
    if (agreed) remove.mutate(member);
  };
}
