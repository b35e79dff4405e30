import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { jsonSchema, pageOf } from "@/shared/api/schemas";

const catalogueSchema = z.object({
  entries: z.array(
    z.object({
      name: z.string(),
      signature: z.string(),
      help: z.string(),
      kind: z.string(),
      of: z
        .string()
        .nullish()
        .transform((of) => of ?? ""),
    }),
  ),
});

/** The functions, methods and words of the expression language. */
export const languageQuery = queryOptions({
  queryKey: ["expressions", "catalogue"],
  queryFn: ({ signal }) => api.get("/api/expressions/catalogue/", { schema: catalogueSchema, signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

const variableSchema = z.object({ key: z.string(), value: jsonSchema });

/** The organisation's variables, which expressions know as `vars.NAME`. */
export const variablesQuery = queryOptions({
  queryKey: ["variables", "values"],
  queryFn: ({ signal }) =>
    api.get("/api/variables/", { schema: pageOf(variableSchema), query: { limit: 200 }, signal }),
  staleTime: 60_000,
});

/** The names of the secrets; their values never come here. */
export const secretNamesQuery = queryOptions({
  queryKey: ["secrets", "names"],
  queryFn: ({ signal }) =>
    api.get("/api/secrets/", {
      schema: pageOf(z.object({ key: z.string() })),
      query: { limit: 200 },
      signal,
    }),
  staleTime: 60_000,
});

const previewSchema = z.union([
  z.object({ value: jsonSchema, type: z.string(), kind: z.string() }),
  z.object({ error: z.string(), position: z.number().nullish(), hint: z.string().nullish() }),
]);
export type Preview = z.infer<typeof previewSchema>;

export type PreviewOf = {
  kind: "expression" | "template";
  text: string;
  /** Of a template: how values are written at its place. */
  shape: string;
  context: Record<string, unknown>;
};

/** What a text gives with sample values. */
export function previewQuery({ kind, text, shape, context }: PreviewOf) {
  const body =
    kind === "expression"
      ? { expression: text, context }
      : { template: text, template_context: shape, context };
  return queryOptions({
    queryKey: ["expressions", "preview", body],
    queryFn: ({ signal }) => api.post("/api/expressions/preview/", body, { schema: previewSchema, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
}
