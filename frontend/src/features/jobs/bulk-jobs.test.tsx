import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { BulkJobs } from "@/features/jobs/bulk-jobs";
import { serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

test("while a command is on its way, no other is given; the newest version is asked for by name", async () => {
  const answer = Promise.withResolvers<{ body: unknown }>();
  const { received } = serve({ "POST /api/jobs/bulk/": () => answer.promise });
  const onClear = vi.fn();
  const { user } = renderPage(<BulkJobs chosen={new Set(["j1"])} onClear={onClear} />, { path: "/jobs" });
  const sent = () => received.filter(({ method }) => method === "POST");

  await user.click(await screen.findByRole("button", { name: "Run them again" }));
  await user.click(await screen.findByRole("menuitem", { name: "On the newest versions" }));
  await expect.poll(sent).toHaveLength(1);
  expect(sent()[0]?.body).toMatchObject({ action: "retry", ids: ["j1"], version: "latest" });
  expect(screen.getByRole("button", { name: "Run again what failed" }).hasAttribute("disabled")).toBe(true);
  answer.resolve({ body: { results: [{ ok: true }] } });

  await expect.poll(() => onClear.mock.calls.length).toBe(1);
  expect(sent()).toHaveLength(1);
});
