import type { Definition, Step } from "./definition";
import { stepTitle } from "./definition";
import { notesOf } from "./notes";

/** Where a text was found: a step or a note, and the words around the place. */
export type Hit = { kind: "step" | "note"; id: string; title: string; detail: string };

const AROUND = 28;
const MOST_HITS = 50;

/** Steps and notes in which every word of the query occurs: names first, then ids, code, expressions and texts. */
export function searchDocument(definition: Definition, query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return definition.steps.slice(0, MOST_HITS).map((step) => stepHit(step, step.id));
  }
  const named: Hit[] = [];
  const inside: Hit[] = [];
  for (const step of definition.steps) {
    const name = `${stepTitle(step)} ${step.id} ${step.type}`;
    if (hasAll(name, words)) {
      named.push(stepHit(step, step.id));
      continue;
    }
    const text = textsOf(step.config).find((one) => hasAll(one, words));
    if (text !== undefined) {
      inside.push(stepHit(step, excerpt(text, words[0] ?? "")));
    }
  }
  const notes = notesOf(definition)
    .filter((note) => hasAll(note.text, words))
    .map((note): Hit => ({ kind: "note", id: note.id, title: note.text.split("\n")[0] ?? "", detail: "" }));
  return [...named, ...inside, ...notes].slice(0, MOST_HITS);
}

function stepHit(step: Step, detail: string): Hit {
  return { kind: "step", id: step.id, title: stepTitle(step), detail };
}

function hasAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** Every text in a config, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.values(value).flatMap(textsOf);
}

function excerpt(text: string, word: string): string {
  const place = text.toLowerCase().indexOf(word);
  const [start, end] = [Math.max(0, place - AROUND), place + word.length + AROUND];
  const cut = text.slice(start, end).replace(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${cut}${end < text.length ? "…" : ""}`;
}
