import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { FirstRunPage } from "@/features/account/first-run-page";
import { serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const FRESH = { "GET /api/setup/": { body: { needed: true, token_required: false } } };

test("the rules of the password are ticked off while typing", async () => {
  serve(FRESH);
  const { user } = renderPage(<FirstRunPage />);
  await user.type(await screen.findByLabelText(/Your name/), "Ada Winter");

  await user.type(screen.getByLabelText(/^Password \*/), "winter is coming");

  const rules = within(screen.getByRole("list", { name: "The password" })).getAllByRole("listitem");
  expect(rules.map(({ textContent }) => textContent)).toEqual([
    "has at least 12 characters: met",
    "is not made of digits alone: met",
    "is unlike your name and e-mail: not met yet",
  ]);
});

test("two different passwords are not sent", async () => {
  const { received } = serve(FRESH);
  const { user } = renderPage(<FirstRunPage />);
  await user.type(await screen.findByLabelText(/Organisation/), "Northwind");
  await user.type(screen.getByLabelText(/Your name/), "Ada");
  await user.type(screen.getByLabelText(/E-mail/), "ada@example.com");
  await user.type(screen.getByLabelText(/^Password \*/), "a long sentence");
  await user.type(screen.getByLabelText(/once more/), "another sentence");

  await user.click(screen.getByRole("button", { name: "Create and sign in" }));

  expect(screen.getByText("The two passwords are not the same.")).toBeDefined();
  expect(received.every(({ method }) => method === "GET")).toBe(true);
});

test("what the server says about a field stands at the field", async () => {
  const problems = [
    { path: "password", message: "This password is too common.", hint: "Use several words." },
  ];
  serve({
    ...FRESH,
    "POST /api/setup/": { status: 400, body: { error: "Invalid", detail: "No.", status: 400, problems } },
  });
  const { user } = renderPage(<FirstRunPage />);
  await user.type(await screen.findByLabelText(/Organisation/), "Northwind");
  await user.type(screen.getByLabelText(/Your name/), "Ada");
  await user.type(screen.getByLabelText(/E-mail/), "ada@example.com");
  await user.type(screen.getByLabelText(/^Password \*/), "password1234");
  await user.type(screen.getByLabelText(/once more/), "password1234");

  await user.click(screen.getByRole("button", { name: "Create and sign in" }));

  expect(await screen.findByText("This password is too common. Use several words.")).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("an installation with an owner leads to signing in", async () => {
  serve({ "GET /api/setup/": { body: { needed: false } } });
  renderPage(<FirstRunPage />);

  const link = await screen.findByRole("link", { name: "To the sign-in page" });

  expect(link.getAttribute("href")).toBe("/sign-in");
});
