import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { safeTarget } from "@/features/account/enter";
import { SignInPage } from "@/features/account/sign-in-page";
import { serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

test("a wrong password is told beside the form, and what was typed stays", async () => {
  const { received } = serve({
    "GET /api/setup/": { body: { needed: false } },
    "POST /api/session/": {
      status: 400,
      body: { error: "Invalid", detail: "The e-mail address or the password is wrong.", status: 400 },
    },
  });
  const { user } = renderPage(<SignInPage />);

  await user.type(await screen.findByLabelText(/E-mail/), "ada@example.com");
  await user.type(screen.getByLabelText(/^Password/), "not this one");
  await user.click(screen.getByRole("button", { name: "Sign in" }));

  expect((await screen.findByRole("alert")).textContent).toContain("the password is wrong");
  expect(received.at(-1)?.body).toEqual({ email: "ada@example.com", password: "not this one" });
  expect(screen.getByDisplayValue("ada@example.com")).toBeDefined();
});

test("nothing is sent while a field is empty", async () => {
  const { received } = serve({ "GET /api/setup/": { body: { needed: false } } });
  const { user } = renderPage(<SignInPage />);

  await user.click(await screen.findByRole("button", { name: "Sign in" }));

  expect(screen.getAllByText("This is needed.")).toHaveLength(2);
  expect(received.filter(({ method }) => method === "POST")).toEqual([]);
});

test("a fresh installation leads to its first run", async () => {
  serve({ "GET /api/setup/": { body: { needed: true } } });
  const { router } = renderPage(<SignInPage />, { path: "/sign-in" });

  await screen.findByText("Elsewhere");

  expect(router.state.location.pathname).toBe("/setup");
});

test.each([
  ["/jobs?status=FAILED", "/jobs?status=FAILED"],
  [null, "/start"],
  ["https://evil.example/", "/start"],
  ["//evil.example/", "/start"],
  ["javascript:alert(1)", "/start"],
])("after signing in, %s leads to %s", (next, target) => {
  expect(safeTarget(next)).toBe(target);
});
