import { useMutation, useQueryClient } from "@tanstack/react-query";
import { accountTexts } from "@/features/account/texts";
import { api } from "@/shared/api/client";
import { sessionSchema } from "@/shared/api/schemas";
import { sessionKey } from "@/shared/session/session-query";
import { notifyDone } from "@/shared/ui/notify";

const texts = accountTexts.page;

export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.patch("/api/users/me/", { name }, { schema: sessionSchema }),
    onSuccess: (session) => {
      client.setQueryData(sessionKey, session);
      notifyDone(texts.nameSaved);
    },
  });
}

type Passwords = { current_password: string; new_password: string };

export function useChangePassword() {
  return useMutation({
    mutationFn: (passwords: Passwords) => api.post("/api/users/me/password/", passwords),
    onSuccess: () => notifyDone(texts.changed),
  });
}
