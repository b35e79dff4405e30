import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { WebhooksPage } from "@/features/webhooks/webhooks-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const HOOK = {
  id: "h1",
  workflow: "w1",
  workflow_slug: "intake",
  workflow_name: "Intake",
  url: "http://localhost/hooks/abc/",
  methods: ["POST"],
  auth: "hmac",
  respond: "immediately",
  is_active: true,
  last_called_at: null,
};

const WORKFLOW = {
  id: "w1",
  slug: "intake",
  name: "Intake",
  is_active: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

test("a new webhook shows its secret once, with a command that is ready to run", async () => {
  const { received } = serve({
    "GET /api/webhooks/": pageOf([]),
    "GET /api/workflows/": pageOf([WORKFLOW]),
    "POST /api/webhooks/": { status: 201, body: { ...HOOK, secret: "s3cret" } },
  });
  const { user } = renderPage(<WebhooksPage />, { path: "/webhooks" });

  await user.click((await screen.findAllByRole("button", { name: "New webhook" }))[0] ?? document.body);
  await user.click(await screen.findByRole("combobox", { name: /Workflow/ }));
  await user.click(await screen.findByRole("option", { name: "Intake" }));
  await user.click(screen.getByRole("button", { name: "Create webhook" }));

  const secret = await screen.findByRole("region", { name: "Secret" });
  expect(secret.textContent).toContain("s3cret");
  expect(screen.getByRole("region", { name: "Try it in a terminal" }).textContent).toContain(
    "-hmac 's3cret'",
  );
  expect(received.find(({ method }) => method === "POST")?.body).toEqual({
    workflow: "intake",
    auth: "hmac",
    respond: "immediately",
    methods: ["POST"],
  });
});

test("switching off sends the change", async () => {
  const { received } = serve({
    "GET /api/webhooks/": pageOf([HOOK]),
    "PATCH /api/webhooks/h1/": { body: { ...HOOK, is_active: false } },
  });
  const { user } = renderPage(<WebhooksPage />, { path: "/webhooks" });
  const table = await screen.findByRole("table", { name: "Webhooks" });

  await user.click(within(table).getByRole("switch", { name: "The webhook of Intake is active" }));
  await screen.findByText(/The webhook is off/);

  expect(received.find(({ method }) => method === "PATCH")?.body).toEqual({ is_active: false });
});
