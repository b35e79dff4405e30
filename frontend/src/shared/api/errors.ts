import { z } from "zod";

/** One thing wrong with what somebody wrote, with its place and its cure. */
export const problemSchema = z.object({
  message: z.string(),
  path: z.string().default(""),
  hint: z.string().default(""),
  code: z.string().default("invalid"),
  step: z.string().nullish(),
});
export type Problem = z.infer<typeof problemSchema>;

const errorBodySchema = z.object({
  error: z.string(),
  detail: z.string(),
  status: z.number().optional(),
  problems: z.array(problemSchema).optional(),
});

type ApiErrorFields = {
  error: string;
  detail: string;
  status: number;
  problems?: Problem[];
  /** The answer as it came, for errors that carry more, such as both revisions of a conflict. */
  body?: unknown;
};

/** An answer that is not a success. Status 0: no answer at all; status -1: an answer that we do not understand. */
export class ApiError extends Error {
  readonly error: string;
  readonly detail: string;
  readonly status: number;
  readonly problems: Problem[];
  readonly body: unknown;

  constructor({ error, detail, status, problems = [], body = null }: ApiErrorFields) {
    super(detail);
    this.name = "ApiError";
    this.error = error;
    this.detail = detail;
    this.status = status;
    this.problems = problems;
    this.body = body;
  }
}

export function errorFromAnswer({ status, body }: { status: number; body: unknown }): ApiError {
  const parsed = errorBodySchema.safeParse(body);
  if (parsed.success) {
    const { error, detail, problems } = parsed.data;
    return new ApiError({ error, detail, status, problems, body });
  }
  return new ApiError({ error: "Unexpected answer", detail: detailOfStatus(status), status, body });
}

export function errorWithoutAnswer(): ApiError {
  return new ApiError({
    error: "No connection",
    detail:
      "The server did not answer. Check that Stepgraph is running and that you are online, then try again.",
    status: 0,
  });
}

/** What a request without a session would be answered. */
export function errorSignedOut(): ApiError {
  return new ApiError({ error: "Unauthorized", detail: "Nobody is signed in.", status: 401 });
}

export function errorOfShape({ path, cause }: { path: string; cause: z.ZodError }): ApiError {
  return new ApiError({
    error: "Unexpected answer",
    detail: `The server's answer to ${path} is not what this page expects. Load the page again; it may be older than the server. (${z.prettifyError(cause)})`,
    status: -1,
  });
}

function detailOfStatus(status: number): string {
  if (status >= 500) return `The server failed (status ${status}). Try again; the server's log says why.`;
  if (status === 404) return "The server does not know this address. It may be older than this page.";
  return `The server refused this (status ${status}).`;
}
