import { z } from "zod";
import { rememberedInput } from "@/shared/lib/remembered-input";

const inputSchema = z.record(z.string(), z.unknown());

/** The input of the last run of a workflow from this browser, or sample data for the next one. */
export function sampleInput(workflow: string): Record<string, unknown> | null {
  try {
    return inputSchema.safeParse(JSON.parse(rememberedInput.get(workflow) ?? "null")).data ?? null;
  } catch {
    return null;
  }
}
