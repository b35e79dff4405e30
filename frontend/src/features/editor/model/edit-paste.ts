import { z } from "zod";
import type { Catalogue } from "./catalogue";
import type { Definition, Position, Positions, Step } from "./definition";
import { positionsOf, stepSchema, without, withPositions } from "./definition";
import { renameReferences } from "./edit-rename";
import { descendants } from "./graph";
import { freeId, takenIds } from "./ids";
import { parseRef } from "./refs";

const stepsTextSchema = z.object({
  steps: z.array(stepSchema).min(1),
  positions: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
  ui: z
    .looseObject({ positions: z.record(z.string(), z.tuple([z.number(), z.number()])).nullish() })
    .nullish(),
});

/** What copying puts on the clipboard, and what pasting reads: steps with their places. */
export type StepsText = { steps: Step[]; positions: Positions };

/** The chosen steps, with everything inside them, as text for the clipboard. */
export function copySteps(definition: Definition, ids: readonly string[]): string {
  const chosen = new Set(ids.flatMap((id) => [id, ...descendants(definition, id)]));
  const steps = definition.steps.filter((step) => chosen.has(step.id));
  const places = Object.entries(positionsOf(definition)).filter(([id]) => chosen.has(id));
  return JSON.stringify({ steps, positions: Object.fromEntries(places) }, null, 2);
}

/** Reads copied steps, or a whole workflow document; null when the text is something else. */
export function parseStepsText(text: string): StepsText | null {
  try {
    const parsed = stepsTextSchema.safeParse(JSON.parse(text));
    return parsed.success
      ? { steps: parsed.data.steps, positions: parsed.data.positions ?? parsed.data.ui?.positions ?? {} }
      : null;
  } catch {
    return null;
  }
}

type Paste = { content: StepsText; offset: Position; parent?: string | null };

/** Adds copied steps under free ids. References among them follow; references to steps outside are left behind. */
export function paste(definition: Definition, operation: Paste, catalogue: Catalogue): Definition {
  const { content, offset, parent } = operation;
  const ids = newIds(definition, content.steps);
  const variables = renamedVariables(content.steps, ids);
  const steps = content.steps.map((step) => {
    const own = renameReferences(
      cutLoose(step, { ids, parent: parent ?? null }),
      { steps: ids, variables },
      catalogue,
    );
    return step.output ? { ...own, output: variables.get(step.output) ?? step.output } : own;
  });
  const roots = new Set(content.steps.filter((step) => !isInside(step, ids)).map((step) => step.id));
  const places: Record<string, Position> = {};
  content.steps.forEach((step, index) => {
    const [x, y] = content.positions[step.id] ?? [index * 40, index * 40];
    const [shiftX, shiftY] = roots.has(step.id) ? offset : [0, 0];
    places[ids.get(step.id) ?? step.id] = [x + shiftX, y + shiftY];
  });
  return withPositions({ ...definition, steps: [...definition.steps, ...steps] }, places);
}

/** The ids that pasting would give, in the order of the copied steps. */
export function pastedIds(definition: Definition, content: StepsText): string[] {
  return [...newIds(definition, content.steps).values()];
}

function newIds(definition: Definition, steps: readonly Step[]): Map<string, string> {
  const taken = takenIds(definition);
  const ids = new Map<string, string>();
  for (const step of steps) {
    const id = freeId(step.id, taken);
    taken.add(id);
    ids.set(step.id, id);
  }
  return ids;
}

const NONE_TAKEN: ReadonlySet<string> = new Set(); // reserved names are avoided anyway

/** A copy writes to a variable of its own, so that it does not overwrite the original's. */
function renamedVariables(steps: readonly Step[], ids: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    steps.map((step) => {
      const id = ids.get(step.id) ?? step.id;
      const isRenamed = id !== step.id;
      return step.output
        ? [step.output, freeId(isRenamed ? `${step.output}_${suffix(id)}` : step.output, NONE_TAKEN)]
        : [step.id, id];
    }),
  );
}

function suffix(id: string): string {
  return /_(\d+)$/.exec(id)?.[1] ?? "copy";
}

function isInside(step: Step, ids: ReadonlyMap<string, string>): boolean {
  return Boolean(step.parent && ids.has(step.parent));
}

function cutLoose(
  step: Step,
  { ids, parent }: { ids: ReadonlyMap<string, string>; parent: string | null },
): Step {
  const after = step.after?.filter((text) => ids.has(parseRef(text).step)) ?? [];
  const wired = after.length > 0 ? { ...step, after } : without(step, "after");
  const safe = wired.compensate && !ids.has(wired.compensate) ? without(wired, "compensate") : wired;
  if (isInside(safe, ids)) {
    return safe;
  }
  return parent ? { ...safe, parent } : without(safe, "parent");
}
