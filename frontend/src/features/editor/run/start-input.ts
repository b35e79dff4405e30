import { z } from "zod";
import type { JsonSchema } from "@/features/editor/model/catalogue";

/** The input of a run as the dialog keeps it: a JSON text, which is what a person may type, right or wrong. */

const inputSchema = z.record(z.string(), z.unknown());

/**
 * What the dialog begins with: the input of the last run, else the defaults. A field that the workflow takes no longer
 * is left out where it would be refused: the form shows no such field, so nobody could take it away.
 */
export function startInput(schema: JsonSchema, remembered: string | null): string {
  const fields = schema.properties ?? {};
  if (remembered === null) {
    const defaults = Object.entries(fields).filter(([, field]) => field.default !== undefined);
    return toText(Object.fromEntries(defaults.map(([key, field]) => [key, field.default])));
  }
  const last = parseInput(remembered);
  if (!last || schema.additionalProperties !== false) {
    return remembered;
  }
  return toText(Object.fromEntries(Object.entries(last).filter(([key]) => key in fields)));
}

/** The object that a text says, or null where it says none. */
export function parseInput(text: string): Record<string, unknown> | null {
  try {
    return inputSchema.safeParse(JSON.parse(text.trim() || "{}")).data ?? null;
  } catch {
    return null;
  }
}

export function toText(value: Record<string, unknown>): string {
  return JSON.stringify(value, null, 2);
}
