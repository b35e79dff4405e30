/** A part of a JSON Schema as the catalogue sends it; only the keys that a form needs are named. */
export type JsonSchema = {
  type?: string | string[] | undefined;
  title?: string | undefined;
  description?: string | undefined;
  default?: unknown;
  enum?: unknown[] | undefined;
  const?: unknown;
  examples?: unknown[] | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  items?: JsonSchema | undefined;
  additionalProperties?: boolean | JsonSchema | undefined;
  anyOf?: JsonSchema[] | undefined;
  oneOf?: JsonSchema[] | undefined;
  allOf?: JsonSchema[] | undefined;
  $ref?: string | undefined;
  $defs?: Record<string, JsonSchema> | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  "x-kind"?: string | undefined;
  "x-context"?: string | undefined;
  "x-language"?: string | undefined;
  /** An input of its own, where type and kind do not say enough. */
  "x-widget"?: string | undefined;
  "x-family"?: string | undefined;
};

/** A kind of step, as the catalogue describes it. */
export type StepType = {
  type: string;
  label: string;
  icon: string;
  color: string;
  category: string;
  help: string;
  container: boolean;
  ports: string[];
  dynamicPorts: boolean;
  schema: JsonSchema;
  resultHelp: string;
};

export type Catalogue = ReadonlyMap<string, StepType>;

export const emptyCatalogue: Catalogue = new Map();

/** The schema with its `$ref` followed and the `null` alternative of optional fields taken away. */
export function resolveSchema(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref) {
    const target = root.$defs?.[schema.$ref.split("/").pop() ?? ""] ?? {};
    const { $ref: _ref, ...own } = schema;
    return resolveSchema({ ...target, ...own }, root);
  }
  if (schema.allOf?.length === 1) {
    const { allOf, ...own } = schema;
    return resolveSchema({ ...allOf[0], ...own }, root);
  }
  const alternatives = (schema.anyOf ?? schema.oneOf)?.filter((option) => option.type !== "null");
  if (alternatives?.length !== 1) {
    return schema;
  }
  const { anyOf: _any, oneOf: _one, ...own } = schema;
  return resolveSchema({ ...alternatives[0], ...own }, root);
}
