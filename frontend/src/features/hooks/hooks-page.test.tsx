import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { HooksPage } from "@/features/hooks/hooks-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

const HOOK = {
  id: "h1",
  name: "Tell the desk",
  moment: "job_failed",
  action: "workflow",
  config: { workflow: "tell" },
  position: 0,
  steps: [],
  step_types: [],
  error_types: [],
  workflow: null,
  blocking: false,
  is_active: true,
};
const MANAGER = { ...OWNER, permissions: [...OWNER.permissions, "hook.view", "hook.manage"] };

function page(hooks: readonly object[], session = MANAGER) {
  const served = serve({
    "GET /api/hooks/": pageOf([...hooks]),
    "GET /api/workflows/": pageOf([]),
    "POST /api/hooks/": { status: 201, body: { ...HOOK, action: "http", secret: "whsec_once" } },
    "PATCH /api/hooks/h1/": { body: { ...HOOK, is_active: false } },
    "DELETE /api/hooks/h1/": { status: 204 },
  });
  return { ...served, ...renderPage(<HooksPage />, { path: "/hooks", session }) };
}

test("a hook that calls an address is made, and its secret shown once", async () => {
  const { user, received } = page([]);

  await user.click((await screen.findAllByRole("button", { name: "New hook" }))[0] ?? document.body);
  await user.type(await screen.findByRole("textbox", { name: "Name" }), "Watch");
  await user.click(screen.getByRole("radio", { name: /Call an address/ }));
  await user.type(screen.getByRole("textbox", { name: /^Address/ }), "https://watch.example.com/");
  await user.click(screen.getByRole("button", { name: "Save hook" }));

  await screen.findByText("whsec_once");
  expect(received.find(({ method }) => method === "POST")?.body).toMatchObject({
    name: "Watch",
    moment: "before_step",
    action: "http",
    config: { url: "https://watch.example.com/" },
    workflow: null,
  });
});

test("a hook rests when it is switched off, and goes after asking", async () => {
  const { user, received } = page([HOOK]);
  const table = await screen.findByRole("table", { name: /Hooks/ });

  await user.click(within(table).getByRole("switch", { name: "The hook Tell the desk is active" }));
  await screen.findByText("The hook rests.");
  await user.click(within(table).getByRole("button", { name: "Delete Tell the desk" }));
  await user.click(await screen.findByRole("button", { name: "Delete hook" }));
  await screen.findByText("The hook was deleted.");

  expect(received.find(({ method }) => method === "PATCH")?.body).toEqual({ is_active: false });
  expect(received.some(({ method }) => method === "DELETE")).toBe(true);
});

test("an editor sees hooks and may not change them", async () => {
  page([HOOK], { ...OWNER, permissions: ["hook.view"] });

  await screen.findByText("Tell the desk");
  expect(screen.queryByRole("button", { name: /hook|Tell the desk/i })).toBeNull();
});
