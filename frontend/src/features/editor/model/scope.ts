import type { Definition, Step } from "./definition";
import { findStep, outputName, parentOf, stepTitle } from "./definition";
import { visibleSteps } from "./graph";

/** A name that an expression of a step can use, and where it comes from. */
export type ScopeName = { label: string; detail: string };

const ALWAYS: readonly ScopeName[] = [
  { label: "input", detail: "the job's whole input" },
  { label: "webhook_payload", detail: "what a webhook was sent" },
  { label: "webhook_headers", detail: "of the webhook's request" },
  { label: "webhook_query", detail: "of the webhook's address" },
  { label: "errors", detail: "of failed steps, by id" },
  { label: "steps", detail: "status of steps, by id" },
  { label: "job", detail: "id, started_at, triggered_by" },
  { label: "workflow", detail: "slug, version" },
  { label: "vars", detail: "variables of the organisation" },
];
const MOST_KEYS = 40;

type ScopeOptions = { step: string; values: unknown };

/** What a step's expressions can name; `values` are a job's variables, whose fields are offered too. */
export function namesInScope(definition: Definition, { step, values }: ScopeOptions): ScopeName[] {
  const results = [...visibleSteps(definition, step)].flatMap((id) => {
    const found = findStep(definition, id);
    return found && found.id !== step ? [{ label: outputName(found), detail: stepTitle(found) }] : [];
  });
  const names = [...loopNames(definition, step), ...results, ...inputNames(definition), ...ALWAYS];
  const unique = new Map([...names].reverse().map((name) => [name.label, name]));
  const all = [...unique.values()].reverse();
  return all.flatMap((name) => [name, ...fieldNames(name, recordOf(values)[name.label])]);
}

function inputNames(definition: Definition): ScopeName[] {
  return Object.keys(recordOf(definition.inputs?.properties)).map((label) => ({ label, detail: "input" }));
}

/** The variables of every loop around a step, the innermost first. */
function loopNames(definition: Definition, id: string): ScopeName[] {
  const names: ScopeName[] = [];
  const walked = new Set<string>();
  let current = parentStep(definition, findStep(definition, id));
  while (current && !walked.has(current.id)) {
    walked.add(current.id);
    names.push(...ownLoopNames(current));
    current = parentStep(definition, current);
  }
  return names;
}

function ownLoopNames(loop: Step): ScopeName[] {
  if (loop.type !== "loop") {
    return [];
  }
  const item = typeof loop.config?.item === "string" && loop.config.item ? loop.config.item : "item";
  const labels = [item, `${item}_index`, `${item}_last`, "loop", "loop.index", "loop.first", "loop.last"];
  return labels.map((label) => ({ label, detail: stepTitle(loop) }));
}

function parentStep(definition: Definition, step: Step | undefined): Step | undefined {
  const parent = step ? parentOf(step) : null;
  return parent ? findStep(definition, parent) : undefined;
}

function fieldNames({ label, detail }: ScopeName, value: unknown): ScopeName[] {
  return Object.keys(recordOf(value))
    .filter((key) => /^[A-Za-z_]\w*$/.test(key))
    .slice(0, MOST_KEYS)
    .map((key) => ({ label: `${label}.${key}`, detail }));
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
