import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ConnectorsPage } from "@/features/connectors/connectors-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

const EDITOR = { ...OWNER, permissions: [...OWNER.permissions, "connector.view", "connector.manage"] };

const TYPE = {
  type: "openai",
  family: "ai",
  label: "OpenAI",
  icon: "brand-openai",
  help: "Models of OpenAI.",
  config_schema: {
    properties: {
      api_key: { type: "string", title: "API key", "x-kind": "secret" },
      base_url: { type: "string", title: "Address", default: "https://api.openai.com/v1" },
      timeout: { anyOf: [{ type: "number" }, { type: "null" }], title: "Timeout" },
    },
    required: ["api_key"],
  },
};

const CONNECTOR = {
  id: "c1",
  name: "Team AI",
  slug: "team-ai",
  type: "openai",
  family: "ai",
  config: { base_url: "https://proxy.example/v1" },
  secrets: { api_key: { set: true, hint: "…cdef" } },
  missing: [],
  last_used: null,
  last_test: null,
  used_by: [{ kind: "workflow", slug: "w", name: "Intake" }],
};

test("a new connector is made from its type's schema, after a test that says what is wrong", async () => {
  const { received } = serve({
    "GET /api/connectors/": pageOf([]),
    "GET /api/connector-types/": { body: [TYPE] },
    "POST /api/connectors/test/": {
      body: { ok: false, message: "The key is wrong.", hint: "", details: {} },
    },
    "POST /api/connectors/": { status: 201, body: CONNECTOR },
  });
  const { user } = renderPage(<ConnectorsPage />, { path: "/connectors", session: EDITOR });

  await user.click((await screen.findAllByRole("button", { name: "New connector" }))[0] ?? document.body);
  await user.click(await screen.findByRole("combobox", { name: "Type" }));
  await user.click(await screen.findByRole("option", { name: "OpenAI" }));
  await user.type(await screen.findByLabelText(/^Name/), "Team AI");
  await user.type(screen.getByLabelText(/^API key/), "sk-1");
  await user.type(screen.getByLabelText(/^Timeout/), "30");
  await user.click(screen.getByRole("button", { name: "Test connection" }));
  expect((await screen.findByRole("status")).textContent).toContain("The key is wrong.");
  await user.click(screen.getByRole("button", { name: "Create connector" }));

  const config = { api_key: "sk-1", base_url: "https://api.openai.com/v1", timeout: 30 };
  const posts = received.filter(({ method }) => method === "POST").map(({ body }) => body);
  expect(posts).toEqual([
    { type: "openai", config, connector: "" },
    { name: "Team AI", type: "openai", config },
  ]);
});

test("a stored secret is not shown, and stays when nothing is entered", async () => {
  const { received } = serve({
    "GET /api/connectors/": pageOf([CONNECTOR]),
    "GET /api/connector-types/": { body: [TYPE] },
    "PATCH /api/connectors/c1/": { body: CONNECTOR },
  });
  const { user } = renderPage(<ConnectorsPage />, { path: "/connectors", session: EDITOR });

  await user.click(await screen.findByRole("button", { name: "Change Team AI" }));
  const key = await screen.findByPlaceholderText(/Set, ends with …cdef/);
  expect(key).toHaveProperty("value", "");
  await user.click(screen.getByRole("button", { name: "Save" }));

  const change = received.find(({ method }) => method === "PATCH");
  expect(change?.body).toEqual({
    name: "Team AI",
    slug: "team-ai",
    config: { base_url: "https://proxy.example/v1" },
  });
});

test("those who only look find no buttons", async () => {
  serve({ "GET /api/connectors/": pageOf([CONNECTOR]) });
  renderPage(<ConnectorsPage />, { path: "/connectors" });

  expect(await screen.findByText("Team AI")).toBeDefined();
  expect(screen.queryByRole("button", { name: "New connector" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Change Team AI" })).toBeNull();
});

test("a connector that people sign in for leads there, and says when they are back", async () => {
  const auth = { type: "oauth2_authorization_code", client_id: "c" };
  serve({
    "GET /api/connectors/": pageOf([{ ...CONNECTOR, type: "http", family: "http", config: { auth } }]),
    "POST /api/connectors/team-ai/sign-in/": {
      status: 409,
      body: { error: "x", detail: "No way there.", status: 409 },
    },
  });
  const { user } = renderPage(<ConnectorsPage />, {
    path: "/connectors",
    url: "/connectors?signed_in=team-ai",
    session: EDITOR,
  });

  expect(await screen.findByText(/workflows can use “team-ai” now/)).toBeTruthy();
  await user.click(await screen.findByRole("button", { name: "Sign in for Team AI" }));

  expect(await screen.findByText(/No way there/)).toBeTruthy();
});
