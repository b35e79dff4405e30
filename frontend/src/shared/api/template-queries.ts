import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { definitionSchema, pageOf } from "@/shared/api/schemas";

export const templateSchema = z.object({
  slug: z.string(),
  name: z.string(),
  description: z.string().default(""),
  category: z.string().default(""),
  parameters: z
    .array(z.object({ name: z.string(), label: z.string(), default: z.string().default("") }))
    .default([]),
  connectors: z.array(z.string()).default([]),
  needs: z.array(z.string()).default([]),
  definition: definitionSchema,
});
export type Template = z.infer<typeof templateSchema>;

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: ({ signal }) =>
    api.get("/api/templates/", { schema: pageOf(templateSchema), query: { limit: 200 }, signal }),
  staleTime: 5 * 60_000,
});
