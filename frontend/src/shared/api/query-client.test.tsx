import { useMutation } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { api } from "@/shared/api/client";
import { sessionKey } from "@/shared/session/session-query";
import { holdUnsaved } from "@/shared/session/unsaved-work";
import { serve } from "@/shared/testing/fake-server";
import { OWNER, renderPage } from "@/shared/testing/render-page";

function Ask() {
  const ask = useMutation({ mutationFn: () => api.post("/api/anything/") });
  return (
    <button type="button" onClick={() => ask.mutate()}>
      Ask
    </button>
  );
}

test("who is signed out with unsaved work stays on the page and is told where to sign in", async () => {
  serve({ "POST /api/anything/": { status: 401, body: { error: "Unauthorized", detail: "No." } } });
  const release = holdUnsaved(() => true);
  const { client, user } = renderPage(<Ask />);

  await user.click(screen.getByRole("button", { name: "Ask" }));

  const link = await screen.findByRole("link", { name: "Sign in again in another tab" });
  expect([link.getAttribute("href"), link.getAttribute("target")]).toEqual(["/sign-in", "_blank"]);
  expect(client.getQueryData(sessionKey)).toEqual(OWNER);
  release();
});
