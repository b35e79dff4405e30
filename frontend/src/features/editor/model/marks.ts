import type { JsonSchema } from "./catalogue";
import { resolveSchema } from "./catalogue";

/** Called for every string of a config; `kind` is `expression`, `template`, `code` or empty. */
export type StringChange = (text: string, kind: string, language: string) => string;

/** A config with every string passed through `change`, told what the schema's marks say about it. */
export function mapStrings(value: unknown, schema: JsonSchema, change: StringChange): unknown {
  return walk(value, { schema, root: schema, kind: "", language: "", change });
}

type Walk = { schema: JsonSchema; root: JsonSchema; kind: string; language: string; change: StringChange };

function walk(value: unknown, state: Walk): unknown {
  const schema = resolveSchema(state.schema, state.root);
  const inner = { ...state, schema, ...marksOf(schema, state) };
  if (typeof value === "string") {
    return state.change(value, inner.kind, inner.language);
  }
  if (Array.isArray(value)) {
    return keepSame(
      value,
      value.map((item) => walk(item, { ...inner, schema: schema.items ?? {} })),
    );
  }
  if (typeof value === "object" && value !== null) {
    return walkObject({ ...value }, value, inner);
  }
  return value;
}

function walkObject(copy: Record<string, unknown>, original: object, state: Walk): object {
  const others =
    typeof state.schema.additionalProperties === "object" ? state.schema.additionalProperties : {};
  let changed = false;
  for (const [key, item] of Object.entries(copy)) {
    const next = walk(item, { ...state, schema: state.schema.properties?.[key] ?? others });
    changed ||= next !== item;
    copy[key] = next;
  }
  return changed ? copy : original;
}

function marksOf(schema: JsonSchema, state: Walk): Pick<Walk, "kind" | "language"> {
  const marked = schema["x-kind"] ? schema : schema.anyOf?.find((option) => option["x-kind"]);
  return {
    kind: marked?.["x-kind"] ?? state.kind,
    language: marked?.["x-language"] ?? state.language,
  };
}

function keepSame(before: unknown[], after: unknown[]): unknown[] {
  return after.every((item, index) => item === before[index]) ? before : after;
}
