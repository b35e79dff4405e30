import { vi } from "vitest";

export type Received = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
};

type Answer = { status?: number; body?: unknown; stream?: string };
type Handler = Answer | ((request: Received) => Answer | Promise<Answer>);

/** Stands in for the network: `"GET /api/jobs/"` → what it answers. An unknown address answers 404. */
export function serve(routes: Record<string, Handler>): { received: Received[] } {
  const received: Received[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
    init.signal?.throwIfAborted();
    const request = read({ input, init });
    received.push(request);
    const handler = routes[`${request.method} ${request.path}`] ?? NOT_FOUND;
    return respond(typeof handler === "function" ? await handler(request) : handler);
  });
  return { received };
}

/** No server at all. */
export function serveNothing(): void {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
}

/** A page of a list, as the server answers it. */
export function pageOf(results: unknown[]) {
  return { body: { count: results.length, next: null, previous: null, results } };
}

const NOT_FOUND: Answer = {
  status: 404,
  body: { error: "Not found", detail: "There is nothing at this address.", status: 404 },
};

function read({ input, init }: { input: string; init: RequestInit }): Received {
  const url = new URL(input, "http://localhost");
  return {
    method: init.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: new Headers(init.headers),
    body: typeof init.body === "string" ? JSON.parse(init.body) : null,
  };
}

function respond({ status = 200, body = null, stream }: Answer): Response {
  if (stream !== undefined)
    return new Response(stream, { status, headers: { "Content-Type": "text/event-stream" } });
  if (status === 204) return new Response(null, { status });
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}
