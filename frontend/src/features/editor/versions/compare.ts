import type { Definition, Step } from "@/features/editor/model/definition";
import { stepTitle } from "@/features/editor/model/definition";

/** What differs between two definitions, for people: step by step, field by field. */

export type FieldChange = { field: string; before: unknown; after: unknown };
export type StepChange = {
  id: string;
  title: string;
  kind: "added" | "removed" | "changed";
  fields: readonly FieldChange[];
};
export type Comparison = { steps: readonly StepChange[]; document: readonly FieldChange[] };

export function compareDefinitions(before: Definition, after: Definition): Comparison {
  const old = new Map(before.steps.map((step) => [step.id, step]));
  const kept = new Set(after.steps.map((step) => step.id));
  const steps = after.steps.flatMap((step) => stepChange(old.get(step.id), step));
  const removed = before.steps
    .filter((step) => !kept.has(step.id))
    .map((step): StepChange => ({ id: step.id, title: stepTitle(step), kind: "removed", fields: [] }));
  return { steps: [...steps, ...removed], document: fieldChanges(rest(before), rest(after)) };
}

export function isSame({ steps, document }: Comparison): boolean {
  return steps.length === 0 && document.length === 0;
}

function stepChange(before: Step | undefined, after: Step): StepChange[] {
  const change = { id: after.id, title: stepTitle(after) };
  if (!before) {
    return [{ ...change, kind: "added", fields: [] }];
  }
  const fields = fieldChanges(before, after);
  return fields.length > 0 ? [{ ...change, kind: "changed", fields }] : [];
}

function fieldChanges(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      fieldChanges(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  }
  const isEqual = JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
  return isEqual ? [] : [{ field: path, before: before ?? null, after: after ?? null }];
}

function rest(definition: Definition): Record<string, unknown> {
  const { steps: _steps, ui: _ui, ...others } = definition;
  return others;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
