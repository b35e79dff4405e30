import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { SettingsPage } from "@/features/settings/settings-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

const SESSION = {
  ...OWNER,
  permissions: [...OWNER.permissions, "organization.manage", "connector.view", "connector.manage"],
};
const CHAT = {
  id: "c1",
  name: "Team chat",
  slug: "team-chat",
  type: "slack",
  family: "notification",
  config: {},
  secrets: {},
  missing: [],
  last_used: null,
  last_test: null,
  used_by: [],
};
const POLICY = { workflow: null, days: 30, jobs: null, megabytes: 0 };
const NOTICE = {
  id: "n1",
  channel: "team-chat",
  to: [],
  subject: "A job failed",
  status: "failed",
  attempts: 6,
  error: "The chat answered 404.",
  created_at: "2026-01-01T00:00:00Z",
};

function page(session = SESSION) {
  const served = serve({
    "GET /api/retention/": { body: [POLICY] },
    "PUT /api/retention/": { body: [{ ...POLICY, days: 7 }] },
    "GET /api/notification-channels/": { body: { channels: [] } },
    "PUT /api/notification-channels/": { body: { channels: [{ connector: "team-chat", to: [] }] } },
    "GET /api/connectors/": pageOf([CHAT]),
    "GET /api/notices/": pageOf([NOTICE]),
    "PATCH /api/organizations/o1/": { body: { id: "o1", name: "Southwind", slug: "northwind" } },
    "GET /api/session/": { body: { me: session } },
  });
  return { ...served, ...renderPage(<SettingsPage />, { path: "/settings", session }) };
}

test("an owner renames, says what is kept and where messages go", async () => {
  const { user, received } = page();

  const name = await screen.findByRole("textbox", { name: /^Name/ });
  await user.clear(name);
  await user.type(name, "Southwind");
  await user.click(screen.getByRole("button", { name: "Save name" }));
  await user.click(await screen.findByRole("button", { name: "Change what is kept of All workflows" }));
  const days = await screen.findByLabelText("Days at most");
  await user.clear(days);
  await user.type(days, "7");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await within(screen.getByRole("table", { name: "What is kept" })).findByText("7");
  await user.click(await screen.findByRole("checkbox", { name: "Team chat" }));
  await user.click(screen.getByRole("button", { name: "Save channels" }));
  await screen.findByText("The channels are saved.");

  const sent = received.filter(({ method }) => method !== "GET").map(({ body }) => body);
  expect(sent).toEqual([
    { name: "Southwind" },
    { workflow: null, days: 7, jobs: null, megabytes: 0 },
    { channels: [{ connector: "team-chat", to: [] }] },
  ]);
});

test("messages that did not arrive say why", async () => {
  page();

  const table = within(await screen.findByRole("table", { name: "Messages" }));
  table.getByText("Failed");
  table.getByText("The chat answered 404.");
});

test("others read the settings and change nothing", async () => {
  page(OWNER);

  const table = await screen.findByRole("table", { name: "What is kept" });
  within(table).getByText("30");
  expect(screen.queryByRole("button", { name: /Save|Change/ })).toBeNull();
  expect(screen.queryByText("Messages lately")).toBeNull();
});
