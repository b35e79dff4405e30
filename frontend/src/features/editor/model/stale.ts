import { stableJson } from "@/shared/lib/stable-json";
import type { Definition, Step } from "./definition";
import { visibleSteps } from "./graph";

/** Why a result is not what the step would give now. */
export type Stale = "changed" | "upstream";

/** What makes a result another one; the engine compares the same when it takes results over. */
const COMPARED = [
  "type",
  "config",
  "after",
  "join",
  "parent",
  "output",
  "enabled",
  "on_error",
  "pinned_output",
];
const known = new WeakMap<Step, string>();

/** The steps whose results are out of date; `ranAs` gives each step as it was when it gave its result. */
export function staleSteps(
  definition: Definition,
  ranAs: (id: string) => Step | undefined,
): ReadonlyMap<string, Stale> {
  const found = new Map<string, Stale>();
  const withResult = definition.steps.flatMap((step) => {
    const before = ranAs(step.id);
    return before ? [{ step, before }] : [];
  });
  for (const { step, before } of withResult) {
    if (essence(step) !== essence(before)) {
      found.set(step.id, "changed");
    }
  }
  if (found.size === 0) {
    return found;
  }
  const changed = new Set(found.keys());
  for (const { step } of withResult) {
    if (!found.has(step.id) && [...visibleSteps(definition, step.id)].some((id) => changed.has(id))) {
      found.set(step.id, "upstream");
    }
  }
  return found;
}

function essence(step: Step): string {
  const before = known.get(step);
  if (before !== undefined) {
    return before;
  }
  const parts = COMPARED.map((key) => [key, plain(new Map(Object.entries(step)).get(key))]);
  const text = stableJson(parts) ?? "";
  known.set(step, text);
  return text;
}

/** What is not said is the same as what says nothing. */
function plain(value: unknown): unknown {
  const isEmpty =
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return isEmpty ? null : value;
}
