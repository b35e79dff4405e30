import type { Catalogue } from "./catalogue";
import type { Definition, Position, Positions, Step } from "./definition";
import {
  findStep,
  parentOf,
  positionsOf,
  replaceParts,
  replaceStep,
  replaceSteps,
  without,
  withPositions,
} from "./definition";
import { connect } from "./edit-edges";
import { followPort } from "./edit-ports";
import type { Connection } from "./graph";
import { descendants } from "./graph";
import { parseRef, sameRef } from "./refs";

type AddStep = { step: Step; position: Position; connect?: Connection };

export function addStep(definition: Definition, { step, position, connect: wire }: AddStep): Definition {
  if (findStep(definition, step.id)) {
    return definition;
  }
  const added = { ...definition, steps: [...definition.steps, step] };
  const placed = withPositions(added, { [step.id]: position });
  return wire ? connect(placed, wire) : placed;
}

/** Takes steps out, with what is inside them and every reference to them. `reconnect` joins the loose ends. */
export function removeSteps(
  definition: Definition,
  { ids, reconnect = false }: { ids: readonly string[]; reconnect?: boolean },
): Definition {
  const gone = new Set(ids.flatMap((id) => [id, ...descendants(definition, id)]));
  if (!definition.steps.some((step) => gone.has(step.id))) {
    return definition;
  }
  const joined = reconnect ? ids.reduce(bridge, definition) : definition;
  const steps = joined.steps.filter((step) => !gone.has(step.id)).map((step) => forget(step, gone));
  const triggers = definition.triggers?.map((trigger) =>
    trigger.start_at && gone.has(trigger.start_at) ? without(trigger, "start_at") : trigger,
  );
  const positions = Object.fromEntries(
    Object.entries(positionsOf(definition)).filter(([id]) => !gone.has(id)),
  );
  return replaceParts(definition, { steps, triggers, positions });
}

export function moveSteps(definition: Definition, positions: Positions): Definition {
  const current = positionsOf(definition);
  const moved = Object.entries(positions).filter(([id, [x, y]]) => {
    const [oldX, oldY] = current[id] ?? [];
    return Math.round(x) !== oldX || Math.round(y) !== oldY;
  });
  return moved.length > 0 ? withPositions(definition, Object.fromEntries(moved)) : definition;
}

type UpdateStep = { ids: readonly string[]; field: string; value: unknown };

/** Sets one option of steps; `undefined` takes the key out, so that the default holds. */
export function updateStep(definition: Definition, { ids, field, value }: UpdateStep): Definition {
  const chosen = new Set(ids);
  return replaceSteps(definition, (step) => (chosen.has(step.id) ? setKey(step, field, value) : step));
}

type UpdateConfig = { id: string; field: string; value: unknown };

/** Sets one field of a step's config; the wires of a branch that only gets another name follow it. */
export function updateConfig(
  definition: Definition,
  { id, field, value }: UpdateConfig,
  catalogue: Catalogue,
): Definition {
  const step = findStep(definition, id);
  const before = step?.config ?? {};
  const config = setKey(before, field, value);
  if (!step || config === before) return definition;
  const after = { ...step, config };
  const changed = replaceStep(definition, id, () => after);
  return followPort(changed, { before: step, after, type: catalogue.get(step.type) });
}

export function updateSettings(
  definition: Definition,
  { field, value }: { field: string; value: unknown },
): Definition {
  const before = definition.settings ?? {};
  const settings = setKey(before, field, value);
  return settings === before ? definition : { ...definition, settings };
}

export function updateDocument(
  definition: Definition,
  { field, value }: { field: string; value: unknown },
): Definition {
  return setKey(definition, field, value);
}

type SetParent = { ids: readonly string[]; parent: string | null; positions: Positions };

/** Moves steps into a container or out of it. Wires that would cross its border are taken away. */
export function setParent(definition: Definition, { ids, parent, positions }: SetParent): Definition {
  const allowed = ids.filter(
    (id) => parent === null || (id !== parent && !descendants(definition, id).has(parent)),
  );
  const moving = new Set(allowed.filter((id) => scopeOf(definition, id) !== parent));
  if (moving.size === 0) {
    return definition;
  }
  const nested = replaceSteps(definition, (step) =>
    moving.has(step.id) ? setKey(step, "parent", parent ?? undefined) : step,
  );
  const untangled = replaceSteps(nested, (step) =>
    keepRefs(step, (id) => scopeOf(nested, id) === parentOf(step)),
  );
  return withPositions(untangled, positions);
}

function scopeOf(definition: Definition, id: string): string | null | undefined {
  const step = findStep(definition, id);
  return step && parentOf(step);
}

/** Puts what a step waited for in its place wherever somebody waited for it. */
function bridge(definition: Definition, id: string): Definition {
  const before = findStep(definition, id)?.after ?? [];
  return replaceSteps(definition, (step) => {
    if (!step.after?.some((text) => parseRef(text).step === id)) {
      return step;
    }
    const after = step.after.flatMap((text) => (parseRef(text).step === id ? before : [text]));
    return {
      ...step,
      after: after.filter((text, index) => after.findIndex((one) => sameRef(one, text)) === index),
    };
  });
}

function forget(step: Step, gone: ReadonlySet<string>): Step {
  const kept = keepRefs(step, (id) => !gone.has(id));
  return kept.compensate && gone.has(kept.compensate) ? without(kept, "compensate") : kept;
}

function keepRefs(step: Step, isKept: (id: string) => boolean): Step {
  const after = step.after?.filter((text) => isKept(parseRef(text).step)) ?? [];
  if (after.length === (step.after?.length ?? 0)) {
    return step;
  }
  return after.length > 0 ? { ...step, after } : without(step, "after");
}

function setKey<T extends Record<string, unknown>>(target: T, key: string, value: unknown): T {
  if (value === undefined) {
    return without(target, key);
  }
  return JSON.stringify(target[key]) === JSON.stringify(value) ? target : { ...target, [key]: value };
}
