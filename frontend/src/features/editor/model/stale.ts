import { stableJson } from "@/shared/lib/stable-json";
import type { Definition, Step } from "./definition";
import { visibleSteps } from "./graph";
import { isPinned } from "./trial";

/** Why a result is not what the step would give now. */
export type Stale = "changed" | "upstream";

/** A step as it was when it gave its result, and what it gave in each of its passes. */
export type Ran = { step: Step; outputs: readonly unknown[]; wasPinned: boolean };

/** What makes a result another one; the engine compares the same when it takes results over. */
const COMPARED = ["type", "config", "after", "join", "parent", "output", "enabled", "on_error"];
const known = new WeakMap<Step, string>();

/** The steps whose results are out of date; `ranAs` says of each step how it gave its result. */
export function staleSteps(
  definition: Definition,
  ranAs: (id: string) => Ran | undefined,
): ReadonlyMap<string, Stale> {
  const found = new Map<string, Stale>();
  const withResult = definition.steps.flatMap((step) => {
    const before = ranAs(step.id);
    return before ? [{ step, before }] : [];
  });
  for (const { step, before } of withResult) {
    if (essence(step) !== essence(before.step) || isRepinned(step, before)) {
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

/** Whether the step has another pinned output now, or none any more; pinning the result itself changes nothing. */
function isRepinned(step: Step, { outputs, wasPinned }: Ran): boolean {
  if (!isPinned(step)) return wasPinned;
  const pinned = stableJson(step.pinned_output);
  return outputs.some((output) => stableJson(output) !== pinned);
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
