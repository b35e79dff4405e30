import type { JsonSchema } from "@/features/editor/model/catalogue";
import { resolveSchema } from "@/features/editor/model/catalogue";

export type FormField = {
  key: string;
  label: string;
  help: string;
  schema: JsonSchema;
  isRequired: boolean;
  placeholder: string | undefined;
};

/** The fields of an object's schema, in its order, with readable labels. */
export function fieldsOf(schema: JsonSchema, root: JsonSchema): FormField[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([key, raw]) => {
    const field = resolveSchema(raw, root);
    return {
      key,
      label: field.title ?? toLabel(key),
      help: field.description ?? "",
      schema: field,
      isRequired: required.has(key),
      placeholder: placeholderOf(field),
    };
  });
}

export function toLabel(key: string): string {
  const words = key.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function placeholderOf(field: JsonSchema): string | undefined {
  const example = field.default ?? field.examples?.[0];
  if (example === undefined || example === null || example === "") {
    return undefined;
  }
  return typeof example === "string" ? example : JSON.stringify(example);
}
