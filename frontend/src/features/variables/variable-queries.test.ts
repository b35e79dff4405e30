import { expect, test } from "vitest";
import { readValue, showValue } from "@/features/variables/variable-queries";

test.each([
  ["eu", "eu"],
  ["42", 42],
  ["[1, 2]", [1, 2]],
  ['"42"', "42"],
  ["null", null],
  ["not {json", "not {json"],
])("%s is read as a value", (typed, value) => {
  expect(readValue(typed)).toEqual(value);
});

test.each([["eu"], ["42"], [42], [null], [{ a: [1] }], ["true"], [""]])(
  "%j comes back as it was",
  (value) => {
    expect(readValue(showValue(value))).toEqual(value);
  },
);
