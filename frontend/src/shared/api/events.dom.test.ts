import { expect, test, vi } from "vitest";
import type { Feed } from "@/shared/api/events";
import { followJob } from "@/shared/api/events";
import { activeOrganization } from "@/shared/api/organization";
import type { Job, JobEvent } from "@/shared/api/schemas";
import { serve } from "@/shared/testing/fake-server";

const JOB = {
  id: "j1",
  workflow: "w1",
  status: "RUNNING",
  triggered_by: "MANUAL",
  created_at: "2026-01-01T00:00:00Z",
};
const QUICK = { pollEvery: 5, streamAgainAfter: 10 };

function frame(id: number, data: Record<string, string>): string {
  return `id: ${id}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function watch() {
  const events: JobEvent[] = [];
  const jobs: Job[] = [];
  const feeds: Feed[] = [];
  const handlers = {
    onEvent: (event: JobEvent) => events.push(event),
    onSnapshot: (job: Job) => jobs.push(job),
    onFeed: (feed: Feed) => feeds.push(feed),
  };
  return { events, jobs, feeds, handlers };
}

test("passes on the events of the stream until the job's end", async () => {
  const { received } = serve({
    "GET /api/jobs/j1/events/": {
      stream:
        frame(1, { type: "job.started" }) +
        frame(2, { type: "step.started", step: "fetch" }) +
        frame(3, { type: "job.completed", status: "SUCCESS" }),
    },
  });
  const { events, feeds, handlers } = watch();

  followJob("j1", handlers, QUICK);
  await vi.waitFor(() => expect(feeds.at(-1)).toBe("ended"));

  expect(events.map(({ type }) => type)).toEqual(["job.started", "step.started", "job.completed"]);
  expect(feeds).toEqual(["connecting", "live", "ended"]);
  expect(received).toHaveLength(1);
});

test("a broken stream is resumed after the last event, without repeats", async () => {
  const streams = [
    frame(1, { type: "job.started" }) + frame(2, { type: "step.started" }),
    frame(2, { type: "step.started" }) + frame(3, { type: "job.failed", status: "FAILED" }),
  ];
  const { received } = serve({
    "GET /api/jobs/j1/events/": () => ({ stream: streams.shift() ?? "" }),
    "GET /api/jobs/j1/": { body: JOB },
  });
  const { events, feeds, handlers } = watch();

  followJob("j1", handlers, QUICK);
  await vi.waitFor(() => expect(feeds.at(-1)).toBe("ended"));

  expect(events.map(({ type }) => type)).toEqual(["job.started", "step.started", "job.failed"]);
  const again = received.filter(({ path }) => path.endsWith("/events/"))[1];
  expect(again?.headers.get("Last-Event-ID")).toBe("2");
});

test("without a stream the job is asked for until it has ended", async () => {
  let asked = 0;
  serve({
    "GET /api/jobs/j1/events/": { status: 503, body: { error: "Unavailable", detail: "", status: 503 } },
    "GET /api/jobs/j1/": () => {
      asked += 1;
      return { body: { ...JOB, status: asked < 4 ? "RUNNING" : "SUCCESS" } };
    },
  });
  const { jobs, feeds, handlers } = watch();

  followJob("j1", handlers, QUICK);
  await vi.waitFor(() => expect(feeds.at(-1)).toBe("ended"));

  expect(jobs.map(({ status }) => status)).toEqual(["RUNNING", "RUNNING", "RUNNING", "SUCCESS"]);
  expect(feeds).toContain("polling");
});

test("a job that may not be seen is not asked for again", async () => {
  const { received } = serve({});
  const { feeds, handlers } = watch();

  followJob("j1", handlers, QUICK);
  await vi.waitFor(() => expect(feeds.at(-1)).toBe("ended"));

  expect(received).toHaveLength(2);
});

test("the stream names the organisation", async () => {
  activeOrganization.set("org-7");
  const { received } = serve({
    "GET /api/jobs/j1/events/": { stream: frame(1, { type: "job.completed", status: "SUCCESS" }) },
  });
  const { feeds, handlers } = watch();

  followJob("j1", handlers, QUICK);
  await vi.waitFor(() => expect(feeds.at(-1)).toBe("ended"));

  expect(received[0]?.headers.get("X-Organization-ID")).toBe("org-7");
});

test("nothing is told any more after stopping", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  serve({
    "GET /api/jobs/j1/events/": async () => {
      await held;
      return { stream: frame(1, { type: "job.started" }) };
    },
  });
  const { events, feeds, handlers } = watch();

  const stop = followJob("j1", handlers, QUICK);
  stop();
  release();
  await new Promise((resolve) => setTimeout(resolve, 20));

  expect(events).toEqual([]);
  expect(feeds).not.toContain("ended");
});
