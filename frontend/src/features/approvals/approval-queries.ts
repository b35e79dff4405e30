import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";

export const approvalSchema = z.object({
  id: z.string(),
  status: z.enum(["pending", "approved", "rejected", "expired", "cancelled"]),
  title: z.string(),
  message: z.string(),
  form: z.record(z.string(), z.unknown()).nullable(),
  documents: z.array(z.object({ $file: z.string(), name: z.string(), content_type: z.string().default("") })),
  required: z.number(),
  approvers: z.array(z.string()),
  mine: z.boolean(),
  decisions: z.array(z.object({ by: z.string(), decision: z.string(), comment: z.string(), at: z.string() })),
  job: z.string(),
  workflow_name: z.string(),
  expires_at: z.string().nullable(),
  created_at: z.string(),
});

export type Approval = z.infer<typeof approvalSchema>;

export type ApprovalFilters = { status?: string; mine?: boolean; limit?: number; offset?: number };

export const approvalsKey = ["approvals"] as const;

export function approvalListQuery(filters: ApprovalFilters) {
  return queryOptions({
    queryKey: [...approvalsKey, "list", filters],
    queryFn: ({ signal }) =>
      api.get("/api/approvals/", { schema: pageOf(approvalSchema), query: filters, signal }),
  });
}

export function approvalQuery(id: string) {
  return queryOptions({
    queryKey: [...approvalsKey, "one", id],
    queryFn: ({ signal }) => api.get(`/api/approvals/${id}/`, { schema: approvalSchema, signal }),
  });
}
