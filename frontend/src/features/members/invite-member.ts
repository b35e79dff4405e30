import { useMutation, useQueryClient } from "@tanstack/react-query";
import { membersKey } from "@/features/members/member-queries";
import { api } from "@/shared/api/client";
import type { Role } from "@/shared/api/schemas";
import { memberSchema } from "@/shared/api/schemas";

/** Adds a person who has an account; for anybody else the answer holds a link, this one time. */
export function useInviteMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (person: { email: string; role: Role }) =>
      api.post("/api/members/", person, { schema: memberSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: membersKey }),
  });
}
