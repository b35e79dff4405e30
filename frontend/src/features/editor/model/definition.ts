import { z } from "zod";

const position = z.tuple([z.number(), z.number()]);

/** One step of the document. Keys that this editor does not know stay where they are. */
export const stepSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string().nullish(),
  after: z.array(z.string()).nullish(),
  parent: z.string().nullish(),
  output: z.string().nullish(),
  enabled: z.boolean().nullish(),
  compensate: z.string().nullish(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

export const triggerSchema = z.looseObject({
  id: z.string().nullish(),
  type: z.string(),
  start_at: z.string().nullish(),
});

export const definitionSchema = z.looseObject({
  stepgraph: z.number().default(1),
  name: z.string().default(""),
  description: z.string().nullish(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  settings: z.record(z.string(), z.unknown()).nullish(),
  steps: z.array(stepSchema).default([]),
  triggers: z.array(triggerSchema).nullish(),
  ui: z.looseObject({ positions: z.record(z.string(), position).nullish() }).nullish(),
});

export type Step = z.infer<typeof stepSchema>;
export type Trigger = z.infer<typeof triggerSchema>;
export type Definition = z.infer<typeof definitionSchema>;
export type Position = readonly [number, number];
export type Positions = Record<string, Position>;

export function findStep(definition: Definition, id: string): Step | undefined {
  return definition.steps.find((step) => step.id === id);
}

export function positionsOf(definition: Definition): Record<string, [number, number]> {
  return definition.ui?.positions ?? {};
}

export function parentOf(step: Step): string | null {
  return step.parent ?? null;
}

/** The variable that holds the step's result: its own choice, or its id. */
export function outputName(step: Step): string {
  return step.output || step.id;
}

export function stepTitle(step: Step): string {
  return step.name || step.id;
}

export function replaceSteps(definition: Definition, change: (step: Step) => Step): Definition {
  const steps = definition.steps.map(change);
  const same = steps.every((step, index) => step === definition.steps[index]);
  return same ? definition : { ...definition, steps };
}

export function replaceStep(definition: Definition, id: string, change: (step: Step) => Step): Definition {
  return replaceSteps(definition, (step) => (step.id === id ? change(step) : step));
}

export function withPositions(definition: Definition, positions: Positions): Definition {
  const placed: Record<string, [number, number]> = { ...definition.ui?.positions };
  for (const [id, [x, y]] of Object.entries(positions)) {
    placed[id] = [Math.round(x), Math.round(y)];
  }
  return { ...definition, ui: { ...definition.ui, positions: placed } };
}

/** A copy without the key, or the same object when it is not there. */
export function without<T extends object>(value: T, key: keyof T): T {
  if (!(key in value)) {
    return value;
  }
  const copy = { ...value };
  delete copy[key];
  return copy;
}

/** The steps of every scope, in document order; the key null is the top. */
export function scopesOf(definition: Definition): Map<string | null, Step[]> {
  return Map.groupBy(definition.steps, parentOf);
}

type Parts = {
  steps: Step[];
  triggers?: Trigger[] | null | undefined;
  positions: Record<string, [number, number]>;
};

/** The definition with other steps, triggers and places; parts that it does not have are not added. */
export function replaceParts(definition: Definition, { steps, triggers, positions }: Parts): Definition {
  const changed: Definition = { ...definition, steps };
  if (triggers) {
    changed.triggers = triggers;
  }
  if (definition.ui) {
    changed.ui = { ...definition.ui, positions };
  }
  return changed;
}
