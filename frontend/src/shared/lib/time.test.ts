import { expect, test } from "vitest";
import { formatDuration, formatRelative } from "@/shared/lib/time";

test.each([
  [0.0004, "0 ms"],
  [0.34, "340 ms"],
  [4.21, "4.2 s"],
  [42.6, "43 s"],
  [59.7, "1 min 0 s"],
  [185, "3 min 5 s"],
  [7449, "2 h 4 min"],
])("%d seconds read “%s”", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [5, "just now"],
  [-5, "just now"],
  [180, "3 minutes ago"],
  [-7200, "in 2 hours"],
  [86_400, "yesterday"],
])("%d seconds ago reads “%s”", (seconds, text) => {
  const now = Date.UTC(2026, 0, 15);

  expect(formatRelative({ time: new Date(now - seconds * 1000), now })).toBe(text);
});
