import type { z } from "zod";
import { errorFromAnswer, errorOfShape, errorWithoutAnswer } from "@/shared/api/errors";
import { activeOrganization } from "@/shared/api/organization";

type Query = Record<string, string | number | boolean | null | undefined>;

type Options = {
  query?: Query;
  signal?: AbortSignal;
  /** `If-None-Match: *`: where a POST would change what is there already, the server refuses it. */
  onlyNew?: boolean;
};

/** `schema` says what the answer must look like; without it the answer is thrown away. */
type Parsed<S extends z.ZodType> = Options & { schema: S };

type Call = Options & { schema?: z.ZodType; method: string; path: string; body?: unknown };

function get<S extends z.ZodType>(path: string, options: Parsed<S>): Promise<z.infer<S>>;
function get(path: string, options?: Options): Promise<unknown>;
function get(path: string, options: Options = {}): Promise<unknown> {
  return call({ ...options, method: "GET", path });
}

function post<S extends z.ZodType>(path: string, body: unknown, options: Parsed<S>): Promise<z.infer<S>>;
function post(path: string, body?: unknown, options?: Options): Promise<unknown>;
function post(path: string, body?: unknown, options: Options = {}): Promise<unknown> {
  return call({ ...options, method: "POST", path, body });
}

function patch<S extends z.ZodType>(path: string, body: unknown, options: Parsed<S>): Promise<z.infer<S>>;
function patch(path: string, body?: unknown, options?: Options): Promise<unknown>;
function patch(path: string, body?: unknown, options: Options = {}): Promise<unknown> {
  return call({ ...options, method: "PATCH", path, body });
}

function put<S extends z.ZodType>(path: string, body: unknown, options: Parsed<S>): Promise<z.infer<S>>;
function put(path: string, body?: unknown, options?: Options): Promise<unknown>;
function put(path: string, body?: unknown, options: Options = {}): Promise<unknown> {
  return call({ ...options, method: "PUT", path, body });
}

function remove(path: string, options: Options = {}): Promise<unknown> {
  return call({ ...options, method: "DELETE", path });
}

/** `api.get("/api/jobs/", { schema, query, signal })`; every failure is an ApiError. */
export const api = { get, post, patch, put, delete: remove };

/** The text of an answer that is not JSON, such as an export in YAML. */
export async function fetchText(path: string, options: { query?: Query; signal?: AbortSignal } = {}) {
  const response = await send({ ...options, method: "GET", path });
  return await response.text();
}

async function call({ schema, ...request }: Call): Promise<unknown> {
  const response = await send(request);
  if (!schema) return undefined;
  const parsed = schema.safeParse(await readBody(response));
  if (!parsed.success) throw errorOfShape({ path: request.path, cause: parsed.error });
  return parsed.data;
}

async function send({ method, path, query, body, signal, onlyNew }: Omit<Call, "schema">): Promise<Response> {
  if (method !== "GET") await ensureCsrfCookie();
  const headers = requestHeaders({ method, body });
  if (onlyNew) headers.set("If-None-Match", "*");
  const response = await fetch(withQuery({ path, query }), {
    method,
    signal,
    credentials: "same-origin",
    headers,
    body: encode(body),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw errorWithoutAnswer();
  });
  if (response.ok) return response;
  throw errorFromAnswer({ status: response.status, body: await readBody(response) });
}

/** The server sets the cookie on this address only, so that anonymous pages stay free of cookies. */
async function ensureCsrfCookie(): Promise<void> {
  if (csrfToken(document.cookie)) return;
  await fetch("/api/session/", { credentials: "same-origin" }).catch(() => undefined);
}

/** What every request carries: the organisation it speaks about and, for writes, the CSRF token. */
export function requestHeaders({ method, body }: { method: string; body?: unknown }): Headers {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined && !(body instanceof FormData)) headers.set("Content-Type", "application/json");
  const token = csrfToken(document.cookie);
  if (method !== "GET" && token) headers.set("X-CSRFToken", token);
  const organization = activeOrganization.get();
  if (organization) headers.set("X-Organization-ID", organization);
  return headers;
}

function encode(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined;
  return body instanceof FormData ? body : JSON.stringify(body);
}

/** Over HTTPS the cookie carries the `__Host-` prefix, which browsers protect against other sub-domains. */
export function csrfToken(cookies: string): string | null {
  for (const name of ["__Host-csrf", "csrftoken"]) {
    const entry = cookies.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
    if (entry) return decodeURIComponent(entry.slice(name.length + 1));
  }
  return null;
}

function withQuery({ path, query = {} }: { path: string; query?: Query }): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return text;
  }
}
