import type { Definition } from "./definition";
import { findStep } from "./definition";
import { RESERVED_NAMES } from "./reserved-names";

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

/** The wanted id, with a number behind it when it is taken; from 1 when it is reserved, since nobody can have it. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/_\d+$/, "");
  let id = wanted;
  const first = RESERVED_NAMES.has(base) ? 1 : 2;
  for (let number = first; taken.has(id) || RESERVED_NAMES.has(id); number += 1) {
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
  // A step with an output variable keeps its result there, so its id is free to be any word.
  if (RESERVED_NAMES.has(next) && !findStep(definition, current)?.output) {
    return `“${next}” has a meaning of its own in expressions. Choose another id.`;
  }
  const isTaken = definition.steps.some((step) => step.id === next && step.id !== current);
  return isTaken ? `Another step has the id “${next}” already.` : null;
}
