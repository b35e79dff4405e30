import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { jsonObjectSchema, jsonSchema, pageOf } from "@/shared/api/schemas";

export const userSchema = z.object({ kind: z.string(), slug: z.string(), name: z.string() });

export const connectorTypeSchema = z.object({
  type: z.string(),
  family: z.string(),
  label: z.string(),
  icon: z.string(),
  help: z.string(),
  config_schema: jsonObjectSchema,
});
export type ConnectorType = z.infer<typeof connectorTypeSchema>;

export const connectorSchema = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  type: z.string(),
  family: z.string(),
  config: jsonObjectSchema,
  secrets: z.record(z.string(), z.object({ set: z.boolean(), hint: z.string() })),
  missing: z.array(z.string()),
  last_used: z.string().nullable(),
  last_test: z.object({ ok: z.boolean(), message: z.string(), at: z.string() }).nullable(),
  used_by: z.array(userSchema),
});
export type Connector = z.infer<typeof connectorSchema>;

export const testResultSchema = z.object({
  ok: z.boolean(),
  message: z.string(),
  hint: z.string(),
  details: z.record(z.string(), jsonSchema),
});
export type TestResult = z.infer<typeof testResultSchema>;

export const connectorsKey = ["connectors"] as const;

export const connectorListQuery = queryOptions({
  queryKey: connectorsKey,
  queryFn: ({ signal }) =>
    api.get("/api/connectors/", { schema: pageOf(connectorSchema), query: { limit: 200 }, signal }),
});

export const connectorTypesQuery = queryOptions({
  queryKey: ["connector-types"],
  queryFn: ({ signal }) => api.get("/api/connector-types/", { schema: z.array(connectorTypeSchema), signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
