import type { JsonSchema, StepType } from "./catalogue";
import type { Definition, Step } from "./definition";
import { freeId, takenIds, toId } from "./ids";

const EXAMPLES: Readonly<Record<string, Record<string, unknown>>> = {
  script: { language: "python", code: "# Every earlier result is here by its name.\nresult = {}\n" },
};

/** A fresh step of a type: a free id, a readable name, and the config that its schema requires. */
export function newStep(definition: Definition, type: StepType, parent: string | null = null): Step {
  const id = freeId(toId(type.type), takenIds(definition));
  const number = /_(\d+)$/.exec(id)?.[1];
  return {
    id,
    name: number && number !== "1" ? `${type.label} ${number}` : type.label,
    type: type.type,
    ...(parent ? { parent } : {}),
    config: { ...requiredDefaults(type.schema), ...EXAMPLES[type.type] },
  };
}

function requiredDefaults(schema: JsonSchema): Record<string, unknown> {
  const entries = (schema.required ?? []).flatMap((key) => {
    const field = schema.properties?.[key];
    const value = field?.default ?? field?.enum?.[0];
    return value === undefined || value === null ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}
