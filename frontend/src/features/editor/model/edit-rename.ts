import type { Catalogue } from "./catalogue";
import { collapsedIds, setCollapsed } from "./collapse";
import type { Definition, Step, Trigger } from "./definition";
import { findStep, positionsOf, replaceParts, without } from "./definition";
import type { Renames } from "./identifiers";
import { renameInExpression, renameInTemplate } from "./identifiers";
import { idProblem } from "./ids";
import { mapStrings } from "./marks";
import { formatRef, parseRef } from "./refs";

/** Gives a step another id and rewrites every reference to it: wires, nesting, triggers, expressions, templates, code. */
export function renameStep(
  definition: Definition,
  { from, to }: { from: string; to: string },
  catalogue: Catalogue,
): Definition {
  const step = findStep(definition, from);
  if (!step || from === to || idProblem(definition, { current: from, next: to })) {
    return definition;
  }
  const ids = new Map([[from, to]]);
  const renames = { steps: ids, variables: step.output ? new Map<string, string>() : ids };
  const steps = definition.steps.map((one) => renameReferences(one, renames, catalogue));
  return renameOutside({ ...definition, steps }, ids);
}

/** One step with all ids and variables in it changed, its own id included. */
export function renameReferences(step: Step, renames: Renames, catalogue: Catalogue): Step {
  const id = (text: string) => renames.steps.get(text) ?? text;
  const config = step.config && mapConfig(step, renames, catalogue);
  const others = Object.entries(step).filter(([key]) => !STRUCTURE.has(key));
  const options = others.map(([key, value]): [string, unknown] => [
    key,
    mapStrings(value, {}, (text) => renameInTemplate(text, renames)),
  ]);
  return {
    ...step,
    ...Object.fromEntries(options),
    id: id(step.id),
    type: step.type,
    ...(step.after ? { after: step.after.map((text) => renameRef(text, renames.steps)) } : {}),
    ...(step.parent ? { parent: id(step.parent) } : {}),
    ...(step.compensate ? { compensate: id(step.compensate) } : {}),
    ...(config ? { config } : {}),
  };
}

const STRUCTURE = new Set([
  "id",
  "type",
  "name",
  "after",
  "parent",
  "compensate",
  "config",
  "output",
  "notes",
]);

function mapConfig(step: Step, renames: Renames, catalogue: Catalogue): Record<string, unknown> {
  const own = typeof step.config?.language === "string" ? step.config.language : "python";
  const mapped = mapStrings(step.config, catalogue.get(step.type)?.schema ?? {}, (text, kind, language) => {
    if (kind === "expression" || (kind === "code" && (language || own) === "python")) {
      return renameInExpression(text, renames);
    }
    return kind === "code" ? text : renameInTemplate(text, renames);
  });
  return typeof mapped === "object" && mapped !== null ? { ...mapped } : {};
}

function renameOutside(definition: Definition, ids: ReadonlyMap<string, string>): Definition {
  const rename = (id: string) => ids.get(id) ?? id;
  const positions = Object.fromEntries(
    Object.entries(positionsOf(definition)).map(([id, place]) => [rename(id), place]),
  );
  const startAt = (trigger: Trigger) =>
    trigger.start_at ? { ...trigger, start_at: rename(trigger.start_at) } : without(trigger, "start_at");
  const triggers = definition.triggers?.map(startAt);
  const renamed = replaceParts(definition, { steps: definition.steps, triggers, positions });
  const collapsed = [...collapsedIds(definition)].filter((id) => ids.has(id));
  const closed = setCollapsed(renamed, { ids: collapsed.map(rename), collapsed: true });
  return setCollapsed(closed, { ids: collapsed, collapsed: false });
}

function renameRef(text: string, ids: ReadonlyMap<string, string>): string {
  const ref = parseRef(text);
  const next = ids.get(ref.step);
  return next === undefined ? text : formatRef({ step: next, port: ref.port });
}
