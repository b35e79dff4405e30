import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useActive } from "@/features/editor/panel/use-active";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a field stays active while the click that takes its focus is under way", () => {
  const { result } = renderHook(useActive);

  act(() => result.current.handlers.onFocus());
  act(() => result.current.handlers.onBlur());
  act(() => void vi.advanceTimersByTime(150));
  expect(result.current.isActive).toBe(true);

  act(() => void vi.advanceTimersByTime(500));
  expect(result.current.isActive).toBe(false);
});

test("a field that gets its focus back stays active", () => {
  const { result } = renderHook(useActive);

  act(() => result.current.handlers.onFocus());
  act(() => result.current.handlers.onBlur());
  act(() => result.current.handlers.onFocus());
  act(() => void vi.advanceTimersByTime(500));

  expect(result.current.isActive).toBe(true);
});
