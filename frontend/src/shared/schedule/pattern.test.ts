import { expect, test } from "vitest";
import type { Pattern } from "@/shared/schedule/pattern";
import { cronOf, patternOf } from "@/shared/schedule/pattern";

const PAIRS: [Pattern, string][] = [
  [{ kind: "minutes", every: 1 }, "* * * * *"],
  [{ kind: "minutes", every: 15 }, "*/15 * * * *"],
  [{ kind: "hourly", minute: 5 }, "5 * * * *"],
  [{ kind: "daily", time: "02:30" }, "30 2 * * *"],
  [{ kind: "weekly", days: [1, 2, 3, 4, 5], time: "09:00" }, "0 9 * * 1-5"],
  [{ kind: "weekly", days: [0, 3, 6], time: "18:05" }, "5 18 * * 0,3,6"],
  [{ kind: "weekly", days: [1, 2], time: "00:00" }, "0 0 * * 1,2"],
  [{ kind: "monthly", day: 15, time: "07:00" }, "0 7 15 * *"],
  [{ kind: "monthly", day: "last", time: "23:59" }, "59 23 L * *"],
];

test.each(PAIRS)("%o is written as %s, and read back", (pattern, cron) => {
  expect(cronOf(pattern)).toBe(cron);
  expect(patternOf(cron)).toEqual(pattern);
});

test("names of days are understood", () => {
  expect(patternOf("0 9 * * MON-FRI")).toEqual({ kind: "weekly", days: [1, 2, 3, 4, 5], time: "09:00" });
  expect(patternOf("0 9 * * sun,7")).toEqual({ kind: "weekly", days: [0], time: "09:00" });
});

test.each([
  "0 9 * 1 *",
  "0 9 1 * 1",
  "0,30 9 * * *",
  "0 9-17 * * *",
  "0 9 * * 5L",
  "0 9 * * MON#2",
  "nonsense",
  "0 * 1 * *",
])("%s needs the field for expressions", (cron) => {
  expect(patternOf(cron)).toBeNull();
});
