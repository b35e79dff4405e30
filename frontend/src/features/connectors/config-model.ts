import { z } from "zod";
import type { Connector } from "@/shared/api/connector-queries";
import type { Json, JsonObject } from "@/shared/lib/json";

const partSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.json().optional(),
  enum: z.array(z.json()).optional(),
  "x-kind": z.string().optional(),
});
type Part = z.infer<typeof partSchema>;

const formSchema = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ anyOf: z.array(z.json()).optional() })).default({}),
  required: z.array(z.string()).default([]),
});

export type ConfigField = {
  name: string;
  title: string;
  description: string;
  kind: "text" | "number" | "boolean" | "choice" | "secret" | "json";
  options: readonly string[];
  required: boolean;
};

/** What a person has typed, by field: text for everything but switches. */
export type ConfigValues = Record<string, string | boolean>;

/** The fields of a connector type's form, in the order of its schema. */
export function configFields(schema: unknown): ConfigField[] {
  const { properties, required } = formSchema.parse(schema);
  return Object.entries(properties).map(([name, raw]) => {
    const parts = [raw, ...(raw.anyOf ?? [])].map((part) => partSchema.parse(part));
    const own = partSchema.parse(raw);
    const main = parts.find((part) => part["x-kind"] ?? (part.type && part.type !== "null")) ?? own;
    return {
      name,
      title: own.title ?? name,
      description: own.description ?? "",
      kind: kindOf(main),
      options: (main.enum ?? []).filter((option) => typeof option === "string"),
      required: required.includes(name),
    };
  });
}

function kindOf(part: Part): ConfigField["kind"] {
  if (part["x-kind"] === "secret") return "secret";
  if (part.enum) return "choice";
  switch (part.type) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "json";
  }
}

/** The form as it opens: the stored settings, or the defaults; secrets are always empty. */
export function startValues({
  fields,
  schema,
  connector,
}: {
  fields: readonly ConfigField[];
  schema: unknown;
  connector: Connector | null;
}): ConfigValues {
  const { properties } = formSchema.parse(schema);
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const stored = connector ? connector.config[name] : partSchema.parse(properties[name] ?? {}).default;
      if (kind === "boolean") return [name, stored === true];
      return [name, kind === "secret" ? "" : asText(stored)];
    }),
  );
}

function asText(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The settings to send; fields left empty stay out, so that secrets are kept and defaults count. */
export function configOf({
  fields,
  values,
}: {
  fields: readonly ConfigField[];
  values: ConfigValues;
}): JsonObject {
  const config: JsonObject = {};
  for (const { name, kind } of fields) {
    const value = values[name];
    if (value === undefined || value === "") continue;
    config[name] = typeof value === "boolean" ? value : parsed({ kind, text: value });
  }
  return config;
}

function parsed({ kind, text }: { kind: ConfigField["kind"]; text: string }): Json {
  if (kind === "number") return Number(text);
  return kind === "json" ? z.json().parse(JSON.parse(text)) : text;
}
