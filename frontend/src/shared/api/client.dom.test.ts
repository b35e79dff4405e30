import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { api, csrfToken } from "@/shared/api/client";
import { ApiError } from "@/shared/api/errors";
import { activeOrganization } from "@/shared/api/organization";
import { setCookie } from "@/shared/testing/cookies";
import { serve, serveNothing } from "@/shared/testing/fake-server";

afterEach(() => {
  setCookie("csrftoken=; Max-Age=0");
});

async function failureOf(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`Expected an ApiError, got ${String(error)}`);
}

test("gives the answer as the schema reads it, without unknown fields", async () => {
  serve({ "GET /api/things/1/": { body: { id: "1", extra: true } } });

  const thing = await api.get("/api/things/1/", { schema: z.object({ id: z.string() }) });

  expect(thing).toEqual({ id: "1" });
});

test("leaves empty filters out of the address", async () => {
  const { received } = serve({ "GET /api/jobs/": { body: {} } });

  await api.get("/api/jobs/", { query: { status: "FAILED", workflow: "", since: null, limit: 50 } });

  expect(received[0]?.query.toString()).toBe("status=FAILED&limit=50");
});

test("a write carries the CSRF token, a read does not", async () => {
  setCookie("csrftoken=abc123");
  const { received } = serve({ "POST /api/x/": { status: 204 }, "GET /api/x/": { body: {} } });

  await api.post("/api/x/", { a: 1 });
  await api.get("/api/x/");

  expect(received[0]?.headers.get("X-CSRFToken")).toBe("abc123");
  expect(received[0]?.body).toEqual({ a: 1 });
  expect(received[1]?.headers.get("X-CSRFToken")).toBeNull();
});

test("a write without the cookie asks for it first", async () => {
  const { received } = serve({
    "GET /api/session/": () => {
      setCookie("csrftoken=fresh");
      return { body: { signed_in: false } };
    },
    "POST /api/session/": { body: { signed_in: true } },
  });

  await api.post("/api/session/", { email: "a", password: "b" });

  expect(received.map(({ method }) => method)).toEqual(["GET", "POST"]);
  expect(received[1]?.headers.get("X-CSRFToken")).toBe("fresh");
});

test("the protected cookie of HTTPS comes before the plain one", () => {
  expect(csrfToken("a=1; csrftoken=plain; __Host-csrf=safe%3D")).toBe("safe=");
  expect(csrfToken("a=1; xcsrftoken=no")).toBeNull();
});

test("every request names the chosen organisation", async () => {
  activeOrganization.set("org-7");
  const { received } = serve({ "GET /api/x/": { body: {} } });

  await api.get("/api/x/");

  expect(received[0]?.headers.get("X-Organization-ID")).toBe("org-7");
});

test("a refusal becomes an ApiError with all problems", async () => {
  const problems = [{ path: "steps[0].type", message: "Unknown type.", hint: "Did you mean “script”?" }];
  serve({
    "POST /api/workflows/": {
      status: 400,
      body: { error: "Invalid", detail: "One problem.", status: 400, problems },
    },
  });

  const error = await failureOf(api.post("/api/workflows/", {}));

  expect(error.status).toBe(400);
  expect(error.detail).toBe("One problem.");
  expect(error.problems[0]).toMatchObject({ path: "steps[0].type", hint: "Did you mean “script”?" });
});

test("a conflict keeps the rest of its body", async () => {
  const body = { error: "Conflict", detail: "Changed.", status: 409, current: 5, yours: 4 };
  serve({ "PATCH /api/workflows/x/": { status: 409, body } });

  const error = await failureOf(api.patch("/api/workflows/x/", {}));

  expect(error.body).toEqual(body);
});

test("an answer that is not ours still explains itself", async () => {
  serve({ "GET /api/x/": { status: 502, body: "<html>Bad gateway</html>" } });

  const error = await failureOf(api.get("/api/x/"));

  expect(error.status).toBe(502);
  expect(error.detail).toContain("502");
});

test("an answer of the wrong shape names the place", async () => {
  serve({ "GET /api/x/": { body: { id: 7 } } });

  const error = await failureOf(api.get("/api/x/", { schema: z.object({ id: z.string() }) }));

  expect(error.status).toBe(-1);
  expect(error.detail).toContain("/api/x/");
  expect(error.detail).toContain("id");
});

test("no answer at all says so", async () => {
  serveNothing();

  const error = await failureOf(api.get("/api/x/"));

  expect(error.status).toBe(0);
});

test("an aborted request stays an abort, not an error of ours", async () => {
  serve({ "GET /api/x/": { body: {} } });
  const stop = new AbortController();
  stop.abort();
  const seen = vi.fn();

  await api.get("/api/x/", { signal: stop.signal }).catch(seen);

  expect(seen.mock.calls[0]?.[0]).not.toBeInstanceOf(ApiError);
});
