import type { JsonSchema } from "@/features/editor/model/catalogue";
import { resolveSchema } from "@/features/editor/model/catalogue";

/** Which input a field of a config gets. */
export type FieldKind =
  | { kind: "code"; language: string }
  | { kind: "expression" }
  | { kind: "connector"; family: string }
  | { kind: "workflow" }
  | { kind: "template" }
  | { kind: "choice"; options: readonly string[] }
  | { kind: "boolean" }
  | { kind: "number"; isInteger: boolean }
  | { kind: "text" }
  | { kind: "paragraph" }
  | { kind: "map"; values: JsonSchema }
  | { kind: "list"; items: JsonSchema }
  | { kind: "strings" }
  | { kind: "packages" }
  | { kind: "json" };

/** Read from the marks first, then from the types; what has no better input is edited as JSON. */
export function kindOf(field: JsonSchema, root: JsonSchema): FieldKind {
  const schema = resolveSchema(field, root);
  return markedKind(schema) ?? plainKind(schema, root);
}

function markedKind(schema: JsonSchema): FieldKind | null {
  switch (schema["x-kind"]) {
    case "code":
      return { kind: "code", language: schema["x-language"] ?? "" };
    case "expression":
      return { kind: "expression" };
    case "workflow":
      return { kind: "workflow" };
    case "connector":
      return { kind: "connector", family: schema["x-family"] ?? "" };
    case "template":
      return schema["x-context"] === "json" ? { kind: "json" } : { kind: "template" };
    default:
      return null;
  }
}

function plainKind(schema: JsonSchema, root: JsonSchema): FieldKind {
  if (schema["x-widget"] === "packages") {
    return { kind: "packages" };
  }
  const options = (schema.enum ?? []).filter((option) => typeof option === "string");
  if (options.length > 0) {
    return { kind: "choice", options };
  }
  switch (typeOf(schema)) {
    case "boolean":
      return { kind: "boolean" };
    case "integer":
      return { kind: "number", isInteger: true };
    case "number":
      return { kind: "number", isInteger: false };
    case "string":
      return { kind: schema.format === "multiline" ? "paragraph" : "text" };
    case "array":
      return arrayKind(schema, root);
    case "object":
      return typeof schema.additionalProperties === "object" && !schema.properties
        ? mapKind(schema.additionalProperties, root)
        : { kind: "json" };
    default:
      return { kind: "json" };
  }
}

function arrayKind(schema: JsonSchema, root: JsonSchema): FieldKind {
  const items = resolveSchema(schema.items ?? {}, root);
  if (items.properties) {
    return { kind: "list", items };
  }
  return items.type === "string" ? { kind: "strings" } : { kind: "json" };
}

function mapKind(values: JsonSchema, root: JsonSchema): FieldKind {
  const kind = kindOf(values, root).kind;
  return ["text", "template", "expression", "json", "number"].includes(kind)
    ? { kind: "map", values: resolveSchema(values, root) }
    : { kind: "json" };
}

function typeOf(schema: JsonSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== "null") : schema.type;
}
