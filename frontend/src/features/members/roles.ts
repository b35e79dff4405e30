import { memberTexts } from "@/features/members/texts";
import { ROLES } from "@/shared/api/schemas";

export const roleOptions = ROLES.map((value) => ({ value, label: memberTexts.role[value] }));

export function roleLabel(role: string): string {
  const labels: Record<string, string> = memberTexts.role;
  return labels[role] ?? role;
}
