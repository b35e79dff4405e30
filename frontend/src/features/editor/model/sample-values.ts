import type { Definition, Step } from "./definition";
import { findStep, outputName, parentOf } from "./definition";
import { visibleSteps } from "./graph";
import type { KnownRun } from "./trial";
import { isPinned } from "./trial";

type Values = Record<string, unknown>;
type Known = {
  /** Variables of the shown job. */
  job: Values | null;
  runs: readonly (KnownRun & { path: string })[];
  /** The input of the last run from this browser. */
  input: Values | null;
};

/** Real values of what a step's expressions can name: of the last run, of single runs, pinned, or sample input. */
export function sampleValues(definition: Definition, step: string, known: Known): Values {
  const visible = visibleSteps(definition, step);
  const values: Values = { ...known.input, ...known.job, input: known.job ? undefined : known.input };
  for (const source of definition.steps) {
    if (visible.has(source.id)) {
      const value = resultOf(source, known.runs);
      if (value !== undefined) {
        values[outputName(source)] = value;
      }
    }
  }
  for (const loop of loopsAround(definition, step)) {
    Object.assign(values, loopValues(loop, values));
  }
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && !isReference(value)),
  );
}

function resultOf(step: Step, runs: Known["runs"]): unknown {
  if (isPinned(step)) {
    return step.pinned_output;
  }
  const own = runs.filter((run) => run.step === step.id && run.status === "success");
  return (own.find((run) => run.isTrial) ?? own[0])?.output;
}

/** The outermost first, so that inner names win. */
function loopsAround(definition: Definition, id: string): Step[] {
  const found: Step[] = [];
  const walked = new Set<string>();
  let parent = parentOf(findStep(definition, id) ?? { id, type: "" });
  while (parent && !walked.has(parent)) {
    walked.add(parent);
    const container = findStep(definition, parent);
    if (container?.type === "loop") {
      found.unshift(container);
    }
    parent = container ? parentOf(container) : null;
  }
  return found;
}

/** The names of a loop's first pass, where its items are a path or stand in the settings. */
function loopValues(loop: Step, values: Values): Values {
  const items = itemsOf(loop, values);
  if (!items || items.length === 0) {
    return {};
  }
  const name = typeof loop.config?.item === "string" && loop.config.item ? loop.config.item : "item";
  const item = items[0];
  return {
    item,
    index: 0,
    item_index: 0,
    [name]: item,
    [`${name}_index`]: 0,
    loop: { index: 0, first: true, last: items.length === 1, length: items.length, errors: [] },
  };
}

function itemsOf(loop: Step, values: Values): readonly unknown[] | null {
  const { items, times } = loop.config ?? {};
  if (typeof times === "number") {
    return Array.from({ length: Math.min(times, 1000) }, (_, index) => index);
  }
  if (Array.isArray(items)) {
    return items;
  }
  const path = typeof items === "string" ? /^\{\{\s*([\w.[\]]+)\s*\}\}$/.exec(items)?.[1] : undefined;
  const found = path ? valueOfPath(path, values) : undefined;
  return Array.isArray(found) ? found : null;
}

function valueOfPath(path: string, values: Values): unknown {
  let value: unknown = values;
  for (const part of path.split(/[.[\]]+/).filter(Boolean)) {
    value =
      typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(part) : undefined;
  }
  return value;
}

/** A large value is here only by its name. */
function isReference(value: unknown): boolean {
  return typeof value === "object" && value !== null && "$ref" in value;
}
