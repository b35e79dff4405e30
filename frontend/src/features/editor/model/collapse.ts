import type { Definition, Step } from "./definition";
import { parentOf } from "./definition";

/** Which containers are shown small, with their body hidden. Kept below `ui`: how a graph looks, never how it runs. */
export function collapsedIds(definition: Definition): ReadonlySet<string> {
  const stored = definition.ui?.collapsed;
  return new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
}

type Collapse = { ids: readonly string[]; collapsed: boolean };

export function setCollapsed(definition: Definition, { ids, collapsed }: Collapse): Definition {
  const before = collapsedIds(definition);
  const known = new Set(definition.steps.map((step) => step.id));
  const after = new Set([...before].filter((id) => known.has(id)));
  for (const id of ids) {
    collapsed ? after.add(id) : after.delete(id);
  }
  const isSame = after.size === before.size && [...after].every((id) => before.has(id));
  return isSame ? definition : { ...definition, ui: { ...definition.ui, collapsed: [...after] } };
}

/** The collapsed containers under which a step lies hidden; the outermost one is what is seen of it. */
export function hiddenSteps(definition: Definition): ReadonlyMap<string, string> {
  const collapsed = collapsedIds(definition);
  const byId = new Map(definition.steps.map((step) => [step.id, step]));
  const hidden = new Map<string, string>();
  if (collapsed.size === 0) {
    return hidden;
  }
  for (const step of definition.steps) {
    const outer = outerContainers(step, byId).filter((id) => collapsed.has(id));
    const seen = outer.at(-1);
    if (seen) {
      hidden.set(step.id, seen);
    }
  }
  return hidden;
}

/** The collapsed containers around a step: opened, they show it. */
export function collapsedAround(definition: Definition, id: string): string[] {
  const byId = new Map(definition.steps.map((step) => [step.id, step]));
  const step = byId.get(id);
  const collapsed = collapsedIds(definition);
  return step ? outerContainers(step, byId).filter((outer) => collapsed.has(outer)) : [];
}

/** The containers around a step, from the inside out. */
function outerContainers(step: Step, byId: ReadonlyMap<string, Step>): string[] {
  const found: string[] = [];
  let parent = parentOf(step);
  while (parent && !found.includes(parent)) {
    found.push(parent);
    const outer = byId.get(parent);
    parent = outer ? parentOf(outer) : null;
  }
  return found;
}
