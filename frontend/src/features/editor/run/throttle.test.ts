import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { throttle } from "@/features/editor/run/throttle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("calls at once, then once per interval, and once after the last call", () => {
  let calls = 0;
  const throttled = throttle(() => {
    calls += 1;
  }, 100);

  throttled();
  throttled();
  throttled();
  expect(calls).toBe(1);
  vi.advanceTimersByTime(100);
  expect(calls).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(calls).toBe(2);
});

test("does nothing more once cancelled", () => {
  let calls = 0;
  const throttled = throttle(() => {
    calls += 1;
  }, 100);

  throttled();
  throttled();
  throttled.cancel();
  vi.advanceTimersByTime(1000);

  expect(calls).toBe(1);
});
