import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { FormsPage } from "@/features/forms/forms-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const FORM = {
  id: "f1",
  workflow: "w1",
  workflow_slug: "leave",
  workflow_name: "Leave",
  url: "http://localhost/forms/abc/",
  title: "Holiday request",
  description: "",
  access: "members",
  respond: "when_finished",
  is_active: true,
};
const WORKFLOW = {
  id: "w1",
  slug: "leave",
  name: "Leave",
  is_active: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

test("a form is made for a workflow", async () => {
  const { received } = serve({
    "GET /api/forms/": pageOf([]),
    "GET /api/workflows/": pageOf([WORKFLOW]),
    "POST /api/forms/": { status: 201, body: FORM },
  });
  const { user } = renderPage(<FormsPage />, { path: "/forms" });

  await user.click((await screen.findAllByRole("button", { name: "New form" }))[0] ?? document.body);
  await user.click(await screen.findByRole("combobox", { name: /Workflow/ }));
  await user.click(await screen.findByRole("option", { name: "Leave" }));
  await user.type(screen.getByRole("textbox", { name: "Title" }), "Holiday request");
  await user.click(screen.getByRole("button", { name: "Save form" }));
  await screen.findByText("The form is saved.");

  expect(received.find(({ method }) => method === "POST")?.body).toEqual({
    workflow: "leave",
    title: "Holiday request",
    description: "",
    access: "public",
    respond: "immediately",
  });
});

test("a form can be closed, and opened in a window of its own", async () => {
  const { received } = serve({
    "GET /api/forms/": pageOf([FORM]),
    "PATCH /api/forms/f1/": { body: { ...FORM, is_active: false } },
  });
  const { user } = renderPage(<FormsPage />, { path: "/forms" });
  const table = await screen.findByRole("table", { name: "Forms" });

  await user.click(within(table).getByRole("switch", { name: "The form Holiday request is active" }));
  await screen.findByText("The form is closed.");
  await user.click(within(table).getByRole("button", { name: "Actions of the form Holiday request" }));

  expect(received.find(({ method }) => method === "PATCH")?.body).toEqual({ is_active: false });
  const link = await screen.findByRole("menuitem", { name: "Open the form" });
  expect(link.getAttribute("href")).toBe(FORM.url);
});
