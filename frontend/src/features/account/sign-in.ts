import { useMutation } from "@tanstack/react-query";
import { api } from "@/shared/api/client";

type Credentials = { email: string; password: string };

export function useSignIn() {
  return useMutation({
    mutationFn: (credentials: Credentials) => api.post("/api/session/", credentials),
  });
}
