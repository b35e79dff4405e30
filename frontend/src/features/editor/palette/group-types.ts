import type { StepType } from "@/features/editor/model/catalogue";

export const PALETTE_SEARCH_ID = "editor-palette-search";

export type TypeGroup = { category: string; types: StepType[] };

const FIRST = ["Flow", "Code", "Data", "Integrations"];

/** The step types by category; with a search text only those whose name, type or help holds every word of it. */
export function groupTypes(types: readonly StepType[], search: string): TypeGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = types.filter((type) => words.every((word) => textOf(type).includes(word)));
  const categories = [...new Set(found.map((type) => type.category))].sort(byPlace);
  return categories.map((category) => ({
    category,
    types: found.filter((type) => type.category === category).sort(byName(words)),
  }));
}

function textOf(type: StepType): string {
  return `${type.label} ${type.type} ${type.category} ${type.help}`.toLowerCase();
}

function byPlace(one: string, other: string): number {
  const place = (category: string) => (FIRST.includes(category) ? FIRST.indexOf(category) : FIRST.length);
  return place(one) - place(other) || one.localeCompare(other);
}

/** Names that begin with the search come first, so that Enter takes what was meant. */
function byName(words: readonly string[]) {
  const isMeant = (type: StepType) => words.some((word) => type.label.toLowerCase().startsWith(word));
  return (one: StepType, other: StepType) =>
    Number(isMeant(other)) - Number(isMeant(one)) || one.label.localeCompare(other.label);
}
