import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { AccountPage } from "@/features/account/account-page";
import { serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

const RENAMED = { ...OWNER, user: { ...OWNER.user, name: "Ada L." } };

test("another name is saved and known at once everywhere", async () => {
  const { received } = serve({ "PATCH /api/users/me/": { body: RENAMED } });
  const { user, client } = renderPage(<AccountPage />);
  const name = await screen.findByRole("textbox", { name: /^Name/ });

  await user.clear(name);
  await user.type(name, " Ada L. ");
  await user.click(screen.getByRole("button", { name: "Save name" }));
  await screen.findByText("Your name is saved.");

  expect(received.at(-1)?.body).toEqual({ name: "Ada L." });
  expect(client.getQueryData(["session"])).toMatchObject({ user: { name: "Ada L." } });
});

test("a password is changed with the current one, and a wrong one told at its field", async () => {
  const problems = [{ path: "current_password", message: "This is not your current password." }];
  const { received } = serve({
    "POST /api/users/me/password/": (request) =>
      JSON.stringify(request.body).includes("right")
        ? { status: 204 }
        : { status: 400, body: { error: "Invalid", detail: "No.", status: 400, problems } },
  });
  const { user } = renderPage(<AccountPage />);
  const section = within(await screen.findByRole("region", { name: "Password" }));

  await user.type(section.getByLabelText(/^Current password/), "wrong one");
  await user.type(section.getByLabelText(/^Password \*/), "a long sentence");
  await user.type(section.getByLabelText(/once more/), "a long sentence");
  await user.click(section.getByRole("button", { name: "Change password" }));
  await section.findByText("This is not your current password.");
  await user.clear(section.getByLabelText(/^Current password/));
  await user.type(section.getByLabelText(/^Current password/), "the right one");
  await user.click(section.getByRole("button", { name: "Change password" }));
  await screen.findByText("Your password is changed.");

  expect(received.at(-1)?.body).toEqual({
    current_password: "the right one",
    new_password: "a long sentence",
  });
});
