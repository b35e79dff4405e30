import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { SandboxPage } from "@/features/sandbox/sandbox-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const SANDBOX = {
  isolation: "docker",
  reason: "",
  languages: [
    { name: "python", title: "Python", available: true, detail: "stepgraph-python 3f1c" },
    { name: "powershell", title: "PowerShell", available: false, detail: "Build the image." },
  ],
  running: 2,
  queued: 1,
  max_running: 4,
  network: { available: true, enforced: true },
  pool: null,
  hosts: null,
  executions: {},
  kills: { timeout: 3 },
};

const BUILDING = {
  id: "p1",
  language: "python",
  packages: ["numpy", "pandas"],
  state: "building",
  reason: "",
  log: "Resolving 2 requirements …",
  size: 0,
  created_at: null,
  used_at: "2026-01-01T00:00:00Z",
};

test("the wall, the languages and the load are named", async () => {
  serve({ "GET /api/sandbox/": { body: SANDBOX }, "GET /api/sandbox/packages/": pageOf([]) });
  renderPage(<SandboxPage />);

  const isolation = await screen.findByRole("region", { name: "Isolation" });
  const languages = screen.getByRole("table", { name: "Languages" });

  expect(isolation.textContent).toContain("Containers");
  expect(screen.getByRole("region", { name: "Load" }).textContent).toContain("2 of 4 running, 1 waiting");
  expect(screen.getByRole("region", { name: "Ended early" }).textContent).toContain("3 too slow");
  expect(within(languages).getByText("Not installed")).toBeDefined();
  expect(within(languages).getByText("Build the image.")).toBeDefined();
  expect(await screen.findByText(/No script has asked for packages yet/)).toBeDefined();
});

test("where scripts do not run, the reason is there", async () => {
  const refused = { ...SANDBOX, isolation: "", reason: "Scripts do not run here: install Docker." };
  serve({ "GET /api/sandbox/": { body: refused }, "GET /api/sandbox/packages/": pageOf([]) });
  renderPage(<SandboxPage />);

  const isolation = await screen.findByRole("region", { name: "Isolation" });

  expect(isolation.textContent).toContain("None: scripts do not run");
  expect(isolation.textContent).toContain("install Docker");
});

test("packages tell their state, and their log on demand", async () => {
  serve({ "GET /api/sandbox/": { body: SANDBOX }, "GET /api/sandbox/packages/": pageOf([BUILDING]) });
  const { user } = renderPage(<SandboxPage />);

  await user.click(await screen.findByRole("button", { name: /numpy, pandas/ }));

  expect(screen.getByText("Installing")).toBeDefined();
  expect((await screen.findByRole("region", { name: "Installation log" })).textContent).toContain(
    "Resolving",
  );
});
