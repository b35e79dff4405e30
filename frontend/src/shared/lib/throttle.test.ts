import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { throttle } from "@/shared/lib/throttle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("runs at once, then at most once per period, and never loses the last call", () => {
  const run = vi.fn();
  const { call } = throttle({ every: 100, run });

  call();
  call();
  call();
  expect(run).toHaveBeenCalledTimes(1);

  vi.advanceTimersByTime(100);
  expect(run).toHaveBeenCalledTimes(2);

  vi.advanceTimersByTime(1000);
  expect(run).toHaveBeenCalledTimes(2);
});

test("cancel forgets what still waits", () => {
  const run = vi.fn();
  const { call, cancel } = throttle({ every: 100, run });

  call();
  call();
  cancel();
  vi.advanceTimersByTime(1000);

  expect(run).toHaveBeenCalledTimes(1);
});

test("flush runs what still waits, once", () => {
  const run = vi.fn();
  const { call, flush } = throttle({ every: 100, run });

  call();
  call();
  flush();
  vi.advanceTimersByTime(1000);

  expect(run).toHaveBeenCalledTimes(2);
});
