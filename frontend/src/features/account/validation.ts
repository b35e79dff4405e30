import { accountTexts } from "@/features/account/texts";

type Person = { name: string; email: string };

export type PasswordRule = { key: string; label: string; isMet: boolean };

/** The rules that can be checked while typing; the server also refuses passwords that are in common use. */
export function passwordRules({ password, person }: { password: string; person: Person }): PasswordRule[] {
  const { rule } = accountTexts.password;
  return [
    { key: "length", label: rule.length, isMet: password.length >= 12 },
    { key: "letters", label: rule.letters, isMet: password !== "" && !/^\d+$/.test(password) },
    { key: "unlike", label: rule.unlike, isMet: password !== "" && !resembles({ password, person }) },
  ];
}

function resembles({ password, person }: { password: string; person: Person }): boolean {
  const lower = password.toLowerCase();
  const parts = [...person.name.split(/\s+/), ...person.email.split(/[@.]/)];
  return parts.some((part) => part.length > 3 && lower.includes(part.toLowerCase()));
}

export function required(value: string): string | null {
  return value.trim() ? null : accountTexts.password.missing;
}

export function emailAddress(value: string): string | null {
  return /^\S+@\S+$/.test(value.trim()) ? null : accountTexts.password.badEmail;
}
