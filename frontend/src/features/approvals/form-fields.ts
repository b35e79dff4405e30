import { z } from "zod";
import { isJson } from "@/shared/lib/json";

/** One input of the form; `json` for what no simple input can hold. */
export type FormField = {
  name: string;
  label: string;
  help: string;
  kind: "text" | "number" | "boolean" | "choice" | "json";
  /** The values to choose from, as the schema has them: they need not be text. */
  choices: readonly unknown[];
  required: boolean;
  start: string | boolean;
};

const propertySchema = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
});

const formSchema = z.object({
  properties: z.record(z.string(), propertySchema.catch({})).default({}),
  required: z.array(z.string()).default([]),
});

/** The inputs of a JSON Schema of an object; none for any other. */
export function fieldsOf(schema: unknown): FormField[] {
  const parsed = formSchema.safeParse(schema);
  if (!parsed.success) return [];
  const { properties, required } = parsed.data;
  return Object.entries(properties).map(([name, property]) => {
    const kind = kindOf(property);
    return {
      name,
      label: property.title ?? name,
      help: property.description ?? "",
      kind,
      choices: property.enum ?? [],
      required: required.includes(name),
      start: kind === "boolean" ? property.default === true : startText(property.default),
    };
  });
}

/** What is sent for the inputs; throws SyntaxError for broken JSON. Empty inputs are left out. */
export function valuesOf(fields: readonly FormField[], inputs: Record<string, string | boolean>) {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const input = inputs[field.name] ?? field.start;
    if (typeof input === "boolean") values[field.name] = input;
    else if (input !== "") values[field.name] = typedValue(field, input);
  }
  return values;
}

/** The fields for JSON in which there is something else. */
export function unreadable(fields: readonly FormField[], inputs: Record<string, string | boolean>) {
  return fields.filter(({ name, kind, start }) => {
    const input = inputs[name] ?? start;
    return kind === "json" && typeof input === "string" && input !== "" && !isJson(input);
  });
}

function typedValue({ kind, choices }: FormField, input: string): unknown {
  switch (kind) {
    case "number": {
      const number = Number(input);
      return Number.isNaN(number) ? input : number;
    }
    case "json":
      return JSON.parse(input);
    case "choice":
      return choices.find((choice) => String(choice) === input) ?? input;
    case "text":
    case "boolean":
      return input;
    default:
      return kind satisfies never;
  }
}

function kindOf({ type, enum: choices }: z.infer<typeof propertySchema>): FormField["kind"] {
  if (choices) return "choice";
  if (type === "string") return "text";
  if (type === "number" || type === "integer") return "number";
  return type === "boolean" ? "boolean" : "json";
}

function startText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
