import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { SecretForm } from "@/features/secrets/secret-form";
import { serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

test("a new secret never takes the place of another, and the key says so", async () => {
  const problems = [
    { message: "This key is taken.", path: "key", hint: "To give it another value, edit it.", code: "taken" },
  ];
  const { received } = serve({
    "POST /api/secrets/": { status: 409, body: { error: "Key taken", detail: "Taken.", problems } },
  });
  const { user } = renderPage(<SecretForm secret={null} onClose={() => undefined} />);

  await user.type(screen.getByRole("textbox", { name: /^Key/ }), "TOKEN");
  await user.type(screen.getByLabelText(/^Value/), "a-new-value");
  await user.click(screen.getByRole("button", { name: "Create secret" }));

  expect(await screen.findByText("This key is taken. To give it another value, edit it.")).toBeTruthy();
  expect(received.find(({ method }) => method === "POST")?.headers.get("If-None-Match")).toBe("*");
});
