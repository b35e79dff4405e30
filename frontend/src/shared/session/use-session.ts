import { useQuery } from "@tanstack/react-query";
import type { Session } from "@/shared/api/schemas";
import { sessionQuery } from "@/shared/session/session-query";

/** The session, below the part of the app that needs one; null while it is unknown. */
export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** Whether the signed-in person has a permission, such as `workflow.edit`. The server decides; this only hides. */
export function useMay(permission: string): boolean {
  return useSession()?.permissions.includes(permission) ?? false;
}
