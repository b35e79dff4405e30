import { useMutation, useQueryClient } from "@tanstack/react-query";
import { membersKey } from "@/features/members/member-queries";
import { memberTexts as texts } from "@/features/members/texts";
import { api } from "@/shared/api/client";
import { notifyDone, notifyError } from "@/shared/ui/notify";

export function useChangeRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, role }: { id: string; role: string }) => api.patch(`/api/members/${id}/`, { role }),
    onSuccess: () => notifyDone(texts.roleChanged),
    onError: (error) => notifyError({ title: texts.roleFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: membersKey }),
  });
}
