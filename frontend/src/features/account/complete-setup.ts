import { useMutation } from "@tanstack/react-query";
import { api } from "@/shared/api/client";

type Owner = { organization: string; name: string; email: string; password: string; token?: string };

/** Creates the first organisation and its owner, and signs in. */
export function useCompleteSetup() {
  return useMutation({ mutationFn: (owner: Owner) => api.post("/api/setup/", owner) });
}
