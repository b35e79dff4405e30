import type { Step } from "./definition";
import type { Edge } from "./graph";

type Parts = { edges: readonly Edge[]; portNames: (step: Step) => readonly string[] };

/** Which step has to lie above which, so that wires leave a step in the order of its ports; without contradictions. */
export function portOrder(scope: readonly Step[], { edges, portNames }: Parts): [string, string][] {
  const leaving = Map.groupBy(edges, (edge) => edge.from);
  const below = new Map<string, string[]>();
  const found: [string, string][] = [];
  for (const step of scope) {
    const names = portNames(step);
    const targets = [...(leaving.get(step.id) ?? [])]
      .sort((one, other) => names.indexOf(one.port) - names.indexOf(other.port))
      .map((edge) => edge.to);
    for (const [upper, lower] of pairs([...new Set(targets)])) {
      if (reaches(below, lower, upper)) continue; // another step wants the opposite
      below.set(upper, [...(below.get(upper) ?? []), lower]);
      found.push([upper, lower]);
    }
  }
  return found;
}

function pairs(list: readonly string[]): [string, string][] {
  return list.slice(1).flatMap((lower, index) => {
    const upper = list[index];
    return upper === undefined ? [] : [[upper, lower] satisfies [string, string]];
  });
}

function reaches(below: ReadonlyMap<string, readonly string[]>, from: string, goal: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === goal) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(below.get(next) ?? []));
  }
  return false;
}
