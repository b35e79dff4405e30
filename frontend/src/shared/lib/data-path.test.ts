import { expect, test } from "vitest";
import { joinPath } from "@/shared/lib/data-path";

test.each([
  ["orders", "0", true, "orders[0]"],
  ["orders", "total", false, "orders.total"],
  ["orders", "net total", false, 'orders["net total"]'],
  ["orders", "2024", false, 'orders["2024"]'],
  ["orders", 'a"b', false, 'orders["a\\"b"]'],
])("%s with %s", (path, key, isList, expected) => {
  expect(joinPath(path, key, isList)).toBe(expected);
});
