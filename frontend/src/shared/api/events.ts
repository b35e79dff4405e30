import { api, requestHeaders } from "@/shared/api/client";
import { ApiError } from "@/shared/api/errors";
import type { Job, JobEvent } from "@/shared/api/schemas";
import { jobEventSchema, jobSchema } from "@/shared/api/schemas";
import { createSseReader } from "@/shared/api/sse";

/** How the news arrive: over the stream, or by asking again while the stream is down. */
export type Feed = "connecting" | "live" | "polling" | "ended";

export type JobFeedHandlers = {
  onEvent: (event: JobEvent, id: number) => void;
  /** What steps say while they run, for those who want to hear it: log lines and progress, without a number. */
  onText?: (event: JobEvent) => void;
  /** The whole job, whenever asking had to stand in for the stream. */
  onSnapshot: (job: Job) => void;
  onFeed?: (feed: Feed) => void;
};

/** Times in milliseconds. */
type Pace = { pollEvery: number; streamAgainAfter: number };

const PACE: Pace = { pollEvery: 2000, streamAgainAfter: 10_000 };

const JOB_ENDS = new Set(["job.completed", "job.failed", "job.cancelled", "job.timed_out"]);
const ENDED = new Set(["SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"]);

export function isEnded(status: string): boolean {
  return ENDED.has(status);
}

/**
 * Follows one job until it has ended; gives the function that stops following.
 *
 * A broken stream is resumed after the last event seen (`Last-Event-ID`); where there is no stream, the job is asked for
 * every two seconds and the stream tried again every ten. `fetch` rather than EventSource: only it can name the
 * organisation in a header and tell a refusal from a broken line.
 */
export function followJob(job: string, handlers: JobFeedHandlers, pace: Partial<Pace> = {}): () => void {
  const stop = new AbortController();
  const feed = { job, handlers, signal: stop.signal, lastId: 0 };
  void follow({ feed, pace: { ...PACE, ...pace } });
  return () => stop.abort();
}

type JobFeed = { job: string; handlers: JobFeedHandlers; signal: AbortSignal; lastId: number };

async function follow({ feed, pace }: { feed: JobFeed; pace: Pace }): Promise<void> {
  feed.handlers.onFeed?.("connecting");
  while (!feed.signal.aborted) {
    const ended = (await readStream(feed)) || (await pollFor({ feed, pace }));
    if (ended && !feed.signal.aborted) feed.handlers.onFeed?.("ended");
    if (ended) return;
  }
}

/** Passes on events until the stream breaks; true when the job has ended. */
async function readStream(feed: JobFeed): Promise<boolean> {
  try {
    const headers = requestHeaders({ method: "GET" });
    headers.set("Accept", "text/event-stream, */*;q=0.5"); // a refusal comes as JSON
    if (feed.lastId) headers.set("Last-Event-ID", String(feed.lastId));
    const query = feed.handlers.onText ? "?live=1" : "";
    const response = await fetch(`/api/jobs/${feed.job}/events/${query}`, { headers, signal: feed.signal });
    if (!response.ok || !response.body) return false;
    feed.handlers.onFeed?.("live");
    return await readBody({ feed, body: response.body });
  } catch {
    return false;
  }
}

async function readBody({
  feed,
  body,
}: {
  feed: JobFeed;
  body: ReadableStream<Uint8Array>;
}): Promise<boolean> {
  const read = createSseReader();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    for (const message of read(decoder.decode(value, { stream: true }))) {
      if (deliver({ feed, id: Number(message.id) || 0, data: message.data })) return true;
    }
  }
}

/** True when this was the last event. */
function deliver({ feed, id, data }: { feed: JobFeed; id: number; data: string }): boolean {
  const event = parseEvent(data);
  if (!event || feed.signal.aborted) return false;
  if (!id && feed.handlers.onText) {
    feed.handlers.onText(event);
    return false;
  }
  if (id && id <= feed.lastId) return false; // a repeat after resuming
  if (id) feed.lastId = id;
  feed.handlers.onEvent(event, id);
  return JOB_ENDS.has(event.type);
}

/** Asks for the job until it is time to try the stream again; true when there is nothing more to come. */
async function pollFor({ feed, pace }: { feed: JobFeed; pace: Pace }): Promise<boolean> {
  for (let waited = 0; waited < pace.streamAgainAfter; waited += pace.pollEvery) {
    if (feed.signal.aborted) return true;
    const asked = await ask(feed);
    if (feed.signal.aborted) return true;
    if (asked.job) feed.handlers.onSnapshot(asked.job);
    if (asked.refused || (asked.job && isEnded(asked.job.status))) return true;
    feed.handlers.onFeed?.("polling");
    await pause({ milliseconds: pace.pollEvery, signal: feed.signal });
  }
  return false;
}

async function ask(feed: JobFeed): Promise<{ job: Job | null; refused: boolean }> {
  try {
    const job = await api.get(`/api/jobs/${feed.job}/`, { schema: jobSchema, signal: feed.signal });
    return { job, refused: false };
  } catch (error) {
    const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
    return { job: null, refused };
  }
}

function pause({ milliseconds, signal }: { milliseconds: number; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function parseEvent(data: string): JobEvent | null {
  try {
    const parsed = jobEventSchema.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
