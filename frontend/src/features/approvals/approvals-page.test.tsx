import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { ApprovalsPage } from "@/features/approvals/approvals-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

const SESSION = { ...OWNER, permissions: [...OWNER.permissions, "approval.view", "approval.decide"] };

const APPROVAL = {
  id: "a1",
  status: "pending",
  title: "Invoice 7",
  message: "Pay 7 €?",
  form: {
    type: "object",
    properties: { account: { type: "string", title: "Account" } },
    required: ["account"],
  },
  documents: [{ $file: "f1", name: "invoice.pdf", content_type: "application/pdf", size: 4 }],
  required: 1,
  approvers: ["ada@example.com"],
  mine: true,
  decisions: [],
  job: "j1",
  workflow_name: "Invoices",
  expires_at: null,
  created_at: "2026-03-14T09:30:00Z",
};

function show(url = "/approvals", approval: object = APPROVAL) {
  const { received } = serve({
    "GET /api/approvals/": pageOf([approval]),
    "GET /api/approvals/a1/": { body: approval },
    "POST /api/approvals/a1/decide/": ({ body }) =>
      JSON.stringify(body).includes("DE1")
        ? { body: { ...approval, status: "approved" } }
        : {
            status: 400,
            body: {
              error: "Invalid",
              detail: "The form is not filled in as it must be.",
              status: 400,
              problems: [{ path: "form.account", message: "It is needed." }],
            },
          },
  });
  return { received, ...renderPage(<ApprovalsPage />, { path: "/approvals/:id?", url, session: SESSION }) };
}

test("the inbox says how many wait, and opens the question with its document", async () => {
  const { user } = show();

  const table = await screen.findByRole("table", { name: "Approvals" });
  expect(await screen.findByRole("radio", { name: "For me (1)" })).toBeTruthy();
  await user.click(within(table).getByRole("button", { name: "Look at Invoice 7" }));

  const dialog = await screen.findByRole("dialog");
  expect(await within(dialog).findByText("Pay 7 €?")).toBeTruthy();
  expect(within(dialog).getByRole("link", { name: "invoice.pdf" }).getAttribute("href")).toBe(
    "/api/files/f1/?inline=1",
  );
  expect(within(dialog).getByTitle("Preview of invoice.pdf")).toBeTruthy();
});

test("what the form lacks stands at its field; then the decision is taken", async () => {
  const { user, received } = show("/approvals/a1");

  await user.click(await screen.findByRole("button", { name: "Approve" }));
  expect(await screen.findByText("It is needed.")).toBeTruthy();
  await user.type(screen.getByRole("textbox", { name: /Account/ }), "DE1");
  await user.type(screen.getByRole("textbox", { name: "Comment" }), "fine");
  await user.click(screen.getByRole("button", { name: "Approve" }));
  await screen.findByText("You have approved it.");

  expect(received.filter(({ method }) => method === "POST").at(-1)?.body).toEqual({
    decision: "approved",
    comment: "fine",
    form: { account: "DE1" },
  });
});

test("those who are not asked see it, and cannot decide", async () => {
  show("/approvals/a1", { ...APPROVAL, mine: false });

  expect(await screen.findByText("Somebody else is asked to decide this.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
});
