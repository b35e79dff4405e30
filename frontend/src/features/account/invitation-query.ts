import { queryOptions, useMutation } from "@tanstack/react-query";
import { api } from "@/shared/api/client";
import { invitationSchema } from "@/shared/api/schemas";

export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) =>
      api.get(`/api/invites/${encodeURIComponent(token)}/`, { schema: invitationSchema, signal }),
  });
}

type Answer = { name: string; password: string };

/** Accepts an invitation, which works once, and signs in. */
export function useAcceptInvitation(token: string) {
  return useMutation({
    mutationFn: (answer: Answer) => api.post(`/api/invites/${encodeURIComponent(token)}/`, answer),
  });
}
