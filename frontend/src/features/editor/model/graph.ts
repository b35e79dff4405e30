import type { Definition, Step } from "./definition";
import { findStep, parentOf, scopesOf } from "./definition";
import { formatRef, parseRef, sameRef } from "./refs";

export type Edge = { id: string; from: string; port: string; to: string };
export type Connection = { from: string; port: string; to: string };

export function edgesOf(definition: Definition): Edge[] {
  const known = new Set(definition.steps.map((step) => step.id));
  return definition.steps.flatMap((step) =>
    (step.after ?? [])
      .map((text) => parseRef(text))
      .filter((ref) => known.has(ref.step))
      .map((ref) => ({
        id: edgeId({ from: ref.step, port: ref.port, to: step.id }),
        from: ref.step,
        port: ref.port,
        to: step.id,
      })),
  );
}

export function edgeId({ from, port, to }: Connection): string {
  return `${from}.${port}->${to}`;
}

export function parseEdgeId(id: string): Connection | null {
  const [source, to] = id.split("->");
  if (!source || !to) {
    return null;
  }
  const ref = parseRef(source);
  return { from: ref.step, port: ref.port, to };
}

type Lookup = { byId: ReadonlyMap<string, Step>; scopes: ReadonlyMap<string | null, readonly Step[]> };
const lookups = new WeakMap<Definition, Lookup>();

/** Steps by their ids and by their containers. A definition never changes: an edit makes another one. */
function lookupOf(definition: Definition): Lookup {
  const known = lookups.get(definition);
  if (known) {
    return known;
  }
  const byId = new Map(definition.steps.map((step) => [step.id, step]));
  const made = { byId, scopes: scopesOf(definition) };
  lookups.set(definition, made);
  return made;
}

/** The steps inside a container, at any depth. */
export function descendants(definition: Definition, id: string): Set<string> {
  const { scopes } = lookupOf(definition);
  return reach([id], (current) => (scopes.get(current) ?? []).map((step) => step.id));
}

/** The steps that this one comes after, at any distance, in its own scope. */
export function ancestors(definition: Definition, id: string): Set<string> {
  const { byId } = lookupOf(definition);
  return reach([id], (current) => (byId.get(current)?.after ?? []).map((text) => parseRef(text).step));
}

/** The steps whose results a step can see: those before it and before every container around it. */
export function visibleSteps(definition: Definition, id: string): Set<string> {
  const found = new Set<string>();
  let current: string | null = id;
  const walked = new Set<string>();
  while (current && !walked.has(current)) {
    walked.add(current);
    for (const ancestor of ancestors(definition, current)) {
      found.add(ancestor);
      for (const inner of descendants(definition, ancestor)) {
        found.add(inner);
      }
    }
    const step = lookupOf(definition).byId.get(current);
    current = step ? parentOf(step) : null;
  }
  return found;
}

/** The entry steps of a scope: those that wait for nothing and are not somebody's compensation. */
export function entrySteps(definition: Definition, parent: string | null): Step[] {
  const compensations = new Set(definition.steps.map((step) => step.compensate).filter(Boolean));
  return definition.steps.filter(
    (step) => parentOf(step) === parent && !step.after?.length && !compensations.has(step.id),
  );
}

/** Why two steps cannot be connected, in words for people; null when they can. */
export function connectProblem(definition: Definition, connection: Connection): string | null {
  const source = findStep(definition, connection.from);
  const target = findStep(definition, connection.to);
  if (!source || !target) {
    return "One of the two steps is not there any more.";
  }
  if (source.id === target.id) {
    return "A step cannot come after itself. To repeat steps, put them into a loop.";
  }
  if (parentOf(source) !== parentOf(target)) {
    return "Both steps must be in the same place: inside the same loop or group, or both outside.";
  }
  if (ancestors(definition, source.id).has(target.id)) {
    return "This would make a circle. To repeat steps, put them into a loop.";
  }
  return null;
}

export function isConnected(definition: Definition, { from, port, to }: Connection): boolean {
  const text = formatRef({ step: from, port });
  return (findStep(definition, to)?.after ?? []).some((existing) => sameRef(existing, text));
}

function reach(start: readonly string[], next: (id: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const queue = start.flatMap((id) => [...next(id)]);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (!found.has(id)) {
      found.add(id);
      queue.push(...next(id));
    }
  }
  return found;
}
