import { afterEach, expect, test, vi } from "vitest";
import { Ahead } from "@/features/editor/store/ahead";

afterEach(() => vi.useRealTimers());

test("an answer can be had once", async () => {
  const ahead = new Ahead<number>();
  ahead.ask("one", async () => 1);

  expect(await ahead.take("one")).toBe(1);
  expect(ahead.take("one")).toBeUndefined();
});

test("what failed or has become old is asked for again", async () => {
  vi.useFakeTimers();
  const ahead = new Ahead<number>();
  ahead.ask("failed", () => Promise.reject(new Error("no")));
  ahead.ask("old", async () => 1);

  await vi.advanceTimersByTimeAsync(0);
  expect(ahead.take("failed")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ahead.take("old")).toBeUndefined();
});
