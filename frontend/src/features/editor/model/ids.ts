import type { Definition } from "./definition";

/** An id that the format accepts (`[a-z][a-z0-9_]*`), made from any text. */
export function toId(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(plain) ? plain : `step_${plain}`.replace(/_$/, "");
}

/** The wanted id, with a number behind it when it is taken. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/_\d+$/, "");
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) {
    id = `${base}_${number}`;
  }
  return id;
}

/** Every name that a step's id must not meet: ids and output variables. */
export function takenIds(definition: Definition): Set<string> {
  return new Set(definition.steps.flatMap((step) => (step.output ? [step.id, step.output] : [step.id])));
}

/** Why an id cannot be used, in words for people; null when it can. */
export function idProblem(
  definition: Definition,
  { current, next }: { current: string; next: string },
): string | null {
  if (!/^[a-z][a-z0-9_]*$/.test(next)) {
    return "Use small letters, digits and underscores, beginning with a letter.";
  }
  const isTaken = definition.steps.some((step) => step.id === next && step.id !== current);
  return isTaken ? `Another step has the id “${next}” already.` : null;
}
