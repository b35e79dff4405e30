import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { EventWebhooksPage } from "@/features/event-webhooks/event-webhooks-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const ENDPOINT = {
  id: "e1",
  url: "https://watch.example.com/in",
  events: ["job.*"],
  workflow: null,
  is_active: true,
  created_at: "2026-01-01T00:00:00Z",
};
const DELIVERY = {
  id: "d1",
  type: "job.failed",
  status: "failed",
  attempts: 8,
  response_status: 503,
  error: "It answered 503.",
  payload: { type: "job.failed" },
  created_at: "2026-01-01T00:00:00Z",
};

test("an address is added with its secret shown once, and told again what it missed", async () => {
  const { received } = serve({
    "GET /api/event-webhooks/": pageOf([ENDPOINT]),
    "GET /api/workflows/": pageOf([]),
    "POST /api/event-webhooks/": { status: 201, body: { ...ENDPOINT, id: "e2", secret: "whsec_once" } },
    "GET /api/event-webhooks/e1/deliveries/": pageOf([DELIVERY]),
    "POST /api/event-webhooks/e1/deliveries/d1/repeat/": { status: 202, body: DELIVERY },
  });
  const { user } = renderPage(<EventWebhooksPage />, { path: "/event-webhooks" });

  await user.click(await screen.findByRole("button", { name: "New event webhook" }));
  await user.type(await screen.findByRole("textbox", { name: /^Address/ }), ENDPOINT.url);
  await user.click(screen.getByRole("button", { name: "Save event webhook" }));
  await screen.findByText("whsec_once");
  await user.click(screen.getByRole("button", { name: "Done" }));

  await user.click(await screen.findByRole("button", { name: `Deliveries to ${ENDPOINT.url}` }));
  await user.click(await screen.findByRole("button", { name: /Given up.*8 tries · answered 503/ }));
  await user.click(await screen.findByRole("button", { name: "Send it again" }));
  await screen.findByText("The event is sent again.");

  const sent = received.filter(({ method }) => method === "POST").map(({ path, body }) => [path, body]);
  expect(sent).toEqual([
    ["/api/event-webhooks/", { url: ENDPOINT.url, events: ["job.*"], workflow: null }],
    ["/api/event-webhooks/e1/deliveries/d1/repeat/", null],
  ]);
});
