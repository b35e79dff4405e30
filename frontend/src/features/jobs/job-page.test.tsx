import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { JobPage } from "@/features/jobs/job-page";
import { serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const ERROR = {
  type: "exit_code",
  message: "NameError: name 'amounts' is not defined",
  step: "extract",
  path: "extract",
  line: 14,
  attempt: 3,
};

const FAILED = {
  id: "j1",
  workflow: "w1",
  workflow_name: "Intake",
  workflow_slug: "intake",
  version: 4,
  status: "FAILED",
  triggered_by: "WEBHOOK",
  duration: 6.31,
  error: ERROR,
  created_at: "2026-01-01T00:00:00Z",
  started_at: "2026-01-01T00:00:00Z",
  finished_at: "2026-01-01T00:00:06Z",
  execution_context: { text: "INVOICE" },
  workflow_output: null,
  warnings: [],
  steps: [
    {
      id: "receive",
      path: "receive",
      name: "Receive",
      type: "transform",
      status: "success",
      output: { lines: 18 },
    },
    {
      id: "extract",
      path: "extract",
      name: "Extract",
      type: "script",
      status: "failed",
      error: ERROR,
      log: "reading 18 lines",
    },
  ],
};

const WORKFLOW = {
  id: "w1",
  name: "Intake",
  slug: "intake",
  is_active: true,
  status: "published",
  published_version: 5,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  definition: { name: "Intake", steps: [] },
};

const STAGE = { path: "/jobs/:id", url: "/jobs/j1" };

test("a failed job explains the error and opens the step that failed", async () => {
  serve({ "GET /api/jobs/j1/": { body: FAILED } });
  renderPage(<JobPage />, STAGE);

  const notice = (await screen.findAllByRole("alert"))[0];

  expect(notice?.textContent).toContain("The job failed");
  expect(notice?.textContent).toContain("Step Extract · line 14");
  expect(screen.getByRole("button", { name: /Extract/ }).getAttribute("aria-expanded")).toBe("true");
  expect(screen.getByText("reading 18 lines")).toBeDefined();
});

test("the canvas is one link away, with the job laid over it", async () => {
  serve({ "GET /api/jobs/j1/": { body: FAILED } });
  renderPage(<JobPage />, STAGE);

  const link = await screen.findByRole("link", { name: "Show on the canvas" });

  expect(link.getAttribute("href")).toBe("/workflows/intake?job=j1");
});

test("a step shows what came out of it", async () => {
  serve({ "GET /api/jobs/j1/": { body: FAILED } });
  const { user } = renderPage(<JobPage />, STAGE);

  await user.click(await screen.findByRole("button", { name: /Receive/ }));

  const output = await screen.findByRole("region", { name: "Output" });
  expect(within(output).getByText("18")).toBeDefined();
});

test("a running job follows its stream and shows its end", async () => {
  let status = "RUNNING";
  serve({
    "GET /api/jobs/j1/": () => ({ body: { ...FAILED, status, error: null, duration: null } }),
    "GET /api/jobs/j1/events/": () => {
      status = "SUCCESS";
      return { stream: `id: 1\nevent: job.completed\ndata: {"type":"job.completed","status":"SUCCESS"}\n\n` };
    },
  });
  renderPage(<JobPage />, STAGE);

  await screen.findByText("Succeeded", { selector: "header span" });

  expect(await screen.findByRole("button", { name: "Run again" })).toBeDefined();
});

test("cancelling asks first and says so to the server", async () => {
  const { received } = serve({
    "GET /api/jobs/j1/": { body: { ...FAILED, status: "RUNNING", error: null } },
    "POST /api/jobs/j1/cancel/": { body: {} },
  });
  const { user } = renderPage(<JobPage />, STAGE);

  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  await user.click(await screen.findByRole("button", { name: "Cancel the job" }));
  await screen.findByText("The job is being cancelled.");

  expect(received.find(({ method }) => method === "POST")?.path).toBe("/api/jobs/j1/cancel/");
});

test("a job that is not there says so", async () => {
  serve({});
  renderPage(<JobPage />, STAGE);

  expect((await screen.findByRole("alert")).textContent).toContain("The job could not be loaded");
});

test("a live job can be held and let go on", async () => {
  let status = "RUNNING";
  const { received } = serve({
    "GET /api/jobs/j1/": () => ({ body: { ...FAILED, status, error: null } }),
    "POST /api/jobs/j1/pause/": () => {
      status = "PAUSED";
      return { body: {} };
    },
    "POST /api/jobs/j1/resume/": { body: {} },
  });
  const { user } = renderPage(<JobPage />, STAGE);

  await user.click(await screen.findByRole("button", { name: "Pause" }));
  await user.click(await screen.findByRole("button", { name: "Resume" }));
  await screen.findByText("The job goes on.");

  expect(received.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual([
    "/api/jobs/j1/pause/",
    "/api/jobs/j1/resume/",
  ]);
});

test("an ended job runs again from the failure or from a step", async () => {
  const { received } = serve({
    "GET /api/jobs/j1/": { body: FAILED },
    "POST /api/jobs/j1/retry/": { body: { ...FAILED, id: "j1" } },
  });
  const { user } = renderPage(<JobPage />, STAGE);

  await user.click(await screen.findByRole("button", { name: "Run again from the failure" }));
  await user.click(await screen.findByRole("button", { name: "Run again from here" }));
  await waitFor(() => expect(received.filter(({ method }) => method === "POST")).toHaveLength(2));

  const bodies = received.filter(({ method }) => method === "POST").map(({ body }) => body);
  expect(bodies).toEqual([{ from_failed: true }, { from_step: "extract" }]);
});

test("once another version is published, a job can run again on it", async () => {
  const { received } = serve({
    "GET /api/jobs/j1/": { body: FAILED },
    "GET /api/workflows/w1/": { body: WORKFLOW },
    "POST /api/jobs/j1/retry/": { body: { ...FAILED, id: "j1" } },
  });
  const { user } = renderPage(<JobPage />, STAGE);
  await screen.findByRole("button", { name: "Run again from the failure" });
  await waitFor(() => expect(screen.getAllByRole("button", { expanded: false }).length).toBeGreaterThan(1));

  await user.click(screen.getByRole("button", { name: "Run again from the failure" }));
  await user.click(await screen.findByRole("menuitem", { name: "On the published version, v5" }));

  await user.click(screen.getByRole("button", { name: "Run again from here" }));
  await user.click(await screen.findByRole("menuitem", { name: "On the published version, v5" }));

  const bodies = () => received.filter(({ method }) => method === "POST").map(({ body }) => body);
  await waitFor(() =>
    expect(bodies()).toEqual([
      { from_failed: true, version: "latest" },
      { from_step: "extract", version: "latest" },
    ]),
  );
});

test("a waiting job says why, and asks for the decision that it needs", async () => {
  const waiting = [
    { step: "ask", path: "ask", reason: "It waits for an approval", until: null, signal: "approval" },
    { step: "pay", path: "pay", reason: "It needs attention", until: null, signal: "attention" },
  ];
  const { received } = serve({
    "GET /api/jobs/j1/": { body: { ...FAILED, status: "WAITING", error: null, waiting } },
    "POST /api/jobs/j1/resolve/": { body: {} },
  });
  const { user } = renderPage(<JobPage />, STAGE);

  expect(await screen.findByText(/It waits for an approval/)).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Pass over it" }));

  await waitFor(() =>
    expect(received.find(({ method }) => method === "POST")?.body).toEqual({ path: "pay", action: "skip" }),
  );
});

test("a long log and a large output are loaded when asked for", async () => {
  const step = {
    id: "talk",
    path: "each[0].talk",
    type: "script",
    status: "success",
    output: { $ref: "value:v1", size: 90_000, preview: '{"rows":[1' },
    log: "the end",
    log_first: 1200,
  };
  serve({
    "GET /api/jobs/j1/": { body: { ...FAILED, steps: [step] } },
    "GET /api/jobs/j1/steps/each%5B0%5D.talk/output/": { body: { rows: [1, 2, 3] } },
    "GET /api/jobs/j1/steps/each%5B0%5D.talk/log/": { body: { log: "the beginning\nthe end" } },
  });
  const { user } = renderPage(<JobPage />, STAGE);

  await user.click(await screen.findByRole("button", { name: /talk/ }));
  expect(await screen.findByText(/90,000 characters/)).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Load all" }));
  await waitFor(() => expect(screen.queryByText(/90,000 characters/)).toBeNull());
  const details = within(screen.getByLabelText("Details of talk"));
  await user.click(details.getByRole("tab", { name: "Log" }));
  expect(screen.getByText(/1,200 earlier lines/)).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Load all" }));

  expect(await screen.findByText(/the beginning/)).toBeDefined();
  expect(screen.queryByText(/1,200 earlier lines/)).toBeNull();
});
