import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { WorkflowsPage } from "@/features/workflows/workflows-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage, VIEWER } from "@/shared/testing/render-page";

const INTAKE = {
  id: "w1",
  slug: "intake",
  name: "Intake",
  description: "",
  is_active: true,
  status: "published",
  draft_revision: 2,
  published_version: 4,
  schedule: null,
  trigger_type: "webhook",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  definition: { steps: [] },
};

const LABELS = { "GET /api/workflow-labels/": { body: { folders: [], tags: [] } } };

test("lists workflows with status, trigger and a way into the editor", async () => {
  serve({ ...LABELS, "GET /api/workflows/": pageOf([INTAKE]) });
  renderPage(<WorkflowsPage />, { path: "/workflows" });

  const table = await screen.findByRole("table", { name: "Workflows" });

  expect(within(table).getByRole("link", { name: "Intake" }).getAttribute("href")).toBe("/workflows/intake");
  expect(within(table).getByText("Published")).toBeDefined();
  expect(within(table).getByText("Webhook")).toBeDefined();
});

test("an empty organisation is offered a first workflow, or a template", async () => {
  serve({ ...LABELS, "GET /api/workflows/": pageOf([]) });
  const { user, router } = renderPage(<WorkflowsPage />, { path: "/workflows" });

  await user.click(await screen.findByRole("link", { name: "Choose a template" }));
  await screen.findByText("Elsewhere");

  expect(router.state.location.pathname).toBe("/templates");
});

test("what is chosen is changed together", async () => {
  const { received } = serve({
    ...LABELS,
    "GET /api/workflows/": pageOf([INTAKE, { ...INTAKE, id: "w2", slug: "other", name: "Other" }]),
    "POST /api/workflows/w1/disable/": { body: {} },
    "POST /api/workflows/w2/disable/": { body: {} },
  });
  const { user } = renderPage(<WorkflowsPage />, { path: "/workflows" });

  await user.click(await screen.findByRole("checkbox", { name: "Choose all on this page" }));
  await user.click(await screen.findByRole("button", { name: "Switch off" }));
  await screen.findByText("Done with 2 workflows.");

  const sent = received.filter(({ method }) => method === "POST").map(({ path }) => path);
  expect(sent).toEqual(["/api/workflows/w1/disable/", "/api/workflows/w2/disable/"]);
  expect(screen.queryByText("2 chosen")).toBeNull();
});

test("filters live in the address and reach the server", async () => {
  const { received } = serve({ ...LABELS, "GET /api/workflows/": pageOf([]) });
  renderPage(<WorkflowsPage />, { path: "/workflows", url: "/workflows?search=fetch&status=draft" });

  await screen.findByText("No workflow matches");

  const asked = received.find(({ path }) => path === "/api/workflows/");
  expect(asked?.query.get("search")).toBe("fetch");
  expect(asked?.query.get("status")).toBe("draft");
});

test("a new workflow is created by name and opened", async () => {
  const { received } = serve({
    ...LABELS,
    "GET /api/workflows/": pageOf([INTAKE]),
    "POST /api/workflows/": { status: 201, body: { ...INTAKE, slug: "mine" } },
  });
  const { user, router } = renderPage(<WorkflowsPage />, { path: "/workflows" });

  await user.click(await screen.findByRole("button", { name: "New workflow" }));
  await user.type(await screen.findByLabelText("Name"), "Mine");
  await user.click(screen.getByRole("button", { name: "Create and open" }));
  await screen.findByText("Elsewhere");

  expect(received.find(({ method }) => method === "POST")?.body).toMatchObject({
    name: "Mine",
    definition: { stepgraph: 1, name: "Mine", steps: [] },
  });
  expect(router.state.location.pathname).toBe("/workflows/mine");
});

test("deleting asks first, and sends nothing when the answer is no", async () => {
  const { received } = serve({
    ...LABELS,
    "GET /api/workflows/": pageOf([INTAKE]),
    "DELETE /api/workflows/intake/": { status: 204 },
  });
  const { user } = renderPage(<WorkflowsPage />, { path: "/workflows" });

  await user.click(await screen.findByRole("button", { name: "Actions of Intake" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(received.filter(({ method }) => method === "DELETE")).toEqual([]);

  await user.click(screen.getByRole("button", { name: "Actions of Intake" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await user.click(await screen.findByRole("button", { name: "Delete workflow" }));
  await screen.findByText("“Intake” was deleted.");
  expect(received.filter(({ method }) => method === "DELETE")).toHaveLength(1);
});

test("who only looks is offered nothing to change", async () => {
  serve({ ...LABELS, "GET /api/workflows/": pageOf([INTAKE]) });
  const { user } = renderPage(<WorkflowsPage />, { path: "/workflows", session: VIEWER });

  await user.click(await screen.findByRole("button", { name: "Actions of Intake" }));

  await screen.findByRole("menuitem", { name: "Open in the editor" });
  expect(screen.queryByRole("menuitem", { name: "Delete" })).toBeNull();
  expect(screen.queryByRole("button", { name: "New workflow" })).toBeNull();
  expect(screen.getByRole("switch", { name: "Intake is active" })).toHaveProperty("disabled", true);
});

test("a failure explains itself and can be tried again", async () => {
  let broken = true;
  serve({
    ...LABELS,
    "GET /api/workflows/": () =>
      broken
        ? { status: 400, body: { error: "Invalid", detail: "This filter is unknown.", status: 400 } }
        : pageOf([INTAKE]),
  });
  const { user } = renderPage(<WorkflowsPage />, { path: "/workflows" });

  expect((await screen.findByRole("alert")).textContent).toContain("This filter is unknown.");
  broken = false;
  await user.click(screen.getByRole("button", { name: "Try again" }));

  expect(await screen.findByRole("link", { name: "Intake" })).toBeDefined();
});
