import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { SchedulesPage } from "@/features/schedules/schedules-page";
import { pageOf, serve } from "@/shared/testing/fake-server";
import { renderPage } from "@/shared/testing/render-page";

const SCHEDULE = {
  id: "s1",
  workflow: "w1",
  workflow_slug: "import",
  workflow_name: "Import",
  name: "",
  kind: "cron",
  cron: "0 2 * * *",
  timezone: "UTC",
  overlap: "queue",
  catch_up: "last",
  context: {},
  is_active: true,
  description: "At 02:00, UTC",
  next_runs: ["2030-01-01T02:00:00Z"],
  run_count: 12,
};
const WORKFLOW = {
  id: "w1",
  slug: "import",
  name: "Import",
  is_active: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const POLICY = { paused: false, minimum_interval: 1, calendar_url: null };
const QUIET = {
  "GET /api/schedule-alerts/": pageOf([]),
  "GET /api/schedules/settings/": { body: POLICY },
  "POST /api/schedules/preview/": { body: { description: "At 02:00", next_runs: ["2030-01-01T02:00:00Z"] } },
};

test("a schedule is made with the pickers, which write cron", async () => {
  const { received } = serve({
    ...QUIET,
    "GET /api/schedules/": pageOf([]),
    "GET /api/workflows/": pageOf([WORKFLOW]),
    "POST /api/schedules/": { status: 201, body: SCHEDULE },
  });
  const { user } = renderPage(<SchedulesPage />, { path: "/schedules" });

  await user.click((await screen.findAllByRole("button", { name: "New schedule" }))[0] ?? document.body);
  await user.click(await screen.findByRole("combobox", { name: /^Workflow/ }));
  await user.click(await screen.findByRole("option", { name: "Import" }));
  await user.click(screen.getByRole("combobox", { name: "Repeats" }));
  await user.click(await screen.findByRole("option", { name: "On days of the week" }));
  await user.click(screen.getByRole("checkbox", { name: "Friday" }));
  await user.click(screen.getByRole("button", { name: "Save schedule" }));
  await screen.findByText("The schedule is saved.");

  const body = received.find(({ method, path }) => method === "POST" && path === "/api/schedules/")?.body;
  expect(body).toMatchObject({ workflow: "import", kind: "cron", cron: "0 9 * * 1-4", overlap: "queue" });
});

test("the next times are shown while the timing is chosen", async () => {
  serve({ ...QUIET, "GET /api/schedules/": pageOf([SCHEDULE]) });
  const { user } = renderPage(<SchedulesPage />, { path: "/schedules" });

  await user.click(await screen.findByRole("button", { name: "Actions of the schedule of Import" }));
  await user.click(await screen.findByRole("menuitem", { name: "Edit" }));

  const preview = await screen.findByRole("region", { name: "Next times" });
  expect(within(preview).getByText("At 02:00")).toBeTruthy();
  expect(within(preview).getByText("Tue, 1 Jan 2030, 02:00")).toBeTruthy();
});

test("what is wrong with an expression is told beside it", async () => {
  serve({
    ...QUIET,
    "POST /api/schedules/preview/": {
      status: 400,
      body: {
        error: "Invalid",
        detail: "No.",
        problems: [{ message: "This is not a cron expression.", path: "cron" }],
      },
    },
    "GET /api/schedules/": pageOf([{ ...SCHEDULE, cron: "0 2 * 1 *" }]),
  });
  const { user } = renderPage(<SchedulesPage />, { path: "/schedules" });

  await user.click(await screen.findByRole("button", { name: "Actions of the schedule of Import" }));
  await user.click(await screen.findByRole("menuitem", { name: "Edit" }));

  expect((await screen.findByRole("alert")).textContent).toBe("This is not a cron expression.");
});

test("missed times and a pause are seen until somebody acts", async () => {
  const alert = {
    id: "a1",
    schedule: "s1",
    workflow_name: "Import",
    kind: "missed",
    detail: "No scheduler was there.",
    count: 3,
    first_due_at: "2026-01-01T02:00:00Z",
    last_due_at: "2026-01-03T02:00:00Z",
  };
  const { received } = serve({
    ...QUIET,
    "GET /api/schedules/": pageOf([SCHEDULE]),
    "GET /api/schedule-alerts/": pageOf([alert]),
    "GET /api/schedules/settings/": { body: { ...POLICY, paused: true } },
    "POST /api/schedule-alerts/a1/dismiss/": { status: 204 },
    "PATCH /api/schedules/settings/": { body: POLICY },
  });
  const { user } = renderPage(<SchedulesPage />, { path: "/schedules" });

  await screen.findByText("3 times were missed of Import");
  await user.click(screen.getByRole("button", { name: "Seen" }));
  await user.click(screen.getByRole("button", { name: "Resume" }));

  expect(received.some(({ path }) => path === "/api/schedule-alerts/a1/dismiss/")).toBe(true);
  expect(received.find(({ method }) => method === "PATCH")?.body).toEqual({ paused: false });
});

test("a back-fill says how many times it would run before it runs them", async () => {
  const { received } = serve({
    ...QUIET,
    "GET /api/schedules/": pageOf([SCHEDULE]),
    "POST /api/schedules/s1/back-fill/": { body: { count: 4 } },
  });
  const { user } = renderPage(<SchedulesPage />, { path: "/schedules" });

  await user.click(await screen.findByRole("button", { name: "Actions of the schedule of Import" }));
  await user.click(await screen.findByRole("menuitem", { name: "Back-fill a range" }));
  await user.type(await screen.findByLabelText("From"), "2026-01-01T00:00");
  await user.type(screen.getByLabelText("Until"), "2026-01-04T12:00");
  await user.click(screen.getByRole("button", { name: "See how many" }));
  await screen.findByText("4 times are due in this range.");
  await user.click(screen.getByRole("button", { name: "Run them" }));
  await screen.findByText("4 times were taken up.");

  const sent = received.filter(({ path }) => path.endsWith("/back-fill/")).map(({ body }) => body);
  expect(sent).toMatchObject([{ dry_run: true }, { dry_run: false }]);
});

test("the calendar groups what is due by day", async () => {
  const entry = {
    day: "2030-01-01",
    schedule: "s1",
    name: "Poll",
    workflow_slug: "import",
    workflow_name: "Import",
    description: "Every 5 minutes",
    count: 288,
    more: false,
    first: "2030-01-01T00:00:00Z",
    last: "2030-01-01T23:55:00Z",
  };
  serve({ ...QUIET, "GET /api/schedules/agenda/": { body: { results: [entry] } } });
  renderPage(<SchedulesPage />, { path: "/schedules", url: "/schedules?view=calendar" });

  const day = await screen.findByRole("region", { name: /^Tuesday,? 1 January$/ });
  expect(within(day).getByText("Poll")).toBeTruthy();
  expect(within(day).getByText(/288 times · Every 5 minutes/)).toBeTruthy();
});
