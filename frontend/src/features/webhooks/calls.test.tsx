import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { WebhooksPage } from "@/features/webhooks/webhooks-page";
import { rememberedInput } from "@/shared/lib/remembered-input";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const HOOK = {
  id: "h1",
  workflow: "w1",
  workflow_name: "Intake",
  url: "http://localhost/hooks/abc/",
  methods: ["POST"],
  auth: "hmac",
  respond: "immediately",
  is_active: true,
};
const REFUSED = {
  id: 7,
  received_at: "2026-01-01T00:00:00Z",
  verdict: "refused",
  status: 401,
  detail: "The signature does not match the body.",
  method: "POST",
  path: "orders",
  address: "203.0.113.7",
  content_type: "application/json",
  size: 8,
  job: null,
  request: { headers: { "x-order": "7" }, query: "tag=x", preview: '{"a": 1}' },
};

async function open(user: ReturnType<typeof renderPage>["user"], item: string) {
  await user.click(await screen.findByRole("button", { name: "Actions of the webhook of Intake" }));
  await user.click(await screen.findByRole("menuitem", { name: item }));
}

test("calls are shown with their verdict and sent again", async () => {
  const { received } = serve({
    "GET /api/webhooks/": pageOf([HOOK]),
    "GET /api/webhooks/h1/deliveries/": pageOf([REFUSED]),
    "POST /api/webhooks/h1/deliveries/7/replay/": { status: 201, body: { job: "j1" } },
  });
  const { user } = renderPage(<WebhooksPage />, { path: "/webhooks" });

  await open(user, "Calls");
  await user.click(await screen.findByRole("button", { name: /refused.*POST \/orders/ }));

  expect(await screen.findByText(REFUSED.detail)).toBeTruthy();
  expect(within(await screen.findByRole("region", { name: "Headers" })).getByText("x-order: 7")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Send again" }));
  await screen.findByText("A new job was started.");
  expect(received.some(({ path }) => path.endsWith("/7/replay/"))).toBe(true);
});

test("a call of the test address becomes the sample data of the next run", async () => {
  const call = {
    at: "2026-01-01T00:00:00Z",
    method: "POST",
    path: "",
    size: 8,
    proof: { ok: false, detail: "The header x-timestamp is missing." },
    webhook_payload: { a: 1 },
    webhook_headers: {},
    webhook_query: {},
  };
  const made = {
    id: "t1",
    url: "http://localhost/hooks/test/x/",
    expires_at: "2026-01-01T00:10:00Z",
    calls: [],
  };
  serve({
    "GET /api/webhooks/": pageOf([HOOK]),
    "POST /api/webhook-tests/": { status: 201, body: made },
    "GET /api/webhook-tests/t1/": { body: { ...made, calls: [call] } },
  });
  const { user } = renderPage(<WebhooksPage />, { path: "/webhooks" });

  await open(user, "Test address");
  await screen.findByText(call.proof.detail);
  await user.click(screen.getByRole("button", { name: "Use as sample data" }));

  const kept = JSON.parse(rememberedInput.get("w1") ?? "null");
  expect(kept).toEqual({ webhook_payload: { a: 1 }, webhook_headers: {}, webhook_query: {} });
});

test("a new address is made after asking", async () => {
  const { received } = serve({
    "GET /api/webhooks/": pageOf([HOOK]),
    "POST /api/webhooks/h1/rotate/": { body: { ...HOOK, url: "http://localhost/hooks/new/" } },
  });
  const { user } = renderPage(<WebhooksPage />, { path: "/webhooks" });

  await open(user, "New address");
  await user.click(await screen.findByRole("button", { name: "Make a new address" }));
  await screen.findByText("http://localhost/hooks/new/");

  expect(received.find(({ path }) => path.endsWith("/rotate/"))?.body).toEqual({ what: "token" });
});
