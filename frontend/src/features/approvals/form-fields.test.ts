import { expect, test } from "vitest";
import { fieldsOf, unreadable, valuesOf } from "@/features/approvals/form-fields";

const SCHEMA = {
  type: "object",
  properties: {
    account: { type: "string", title: "Account" },
    amount: { type: "number", default: 7 },
    urgent: { type: "boolean", default: true },
    team: { enum: ["a", "b"] },
    lines: { type: "array" },
    more: { type: "object" },
    level: { type: "integer", enum: [1, 2] },
  },
  required: ["account"],
};

test("each property becomes the input that fits it", () => {
  const fields = fieldsOf(SCHEMA);

  expect(fields.map(({ name, kind, required, start }) => [name, kind, required, start])).toEqual([
    ["account", "text", true, ""],
    ["amount", "number", false, "7"],
    ["urgent", "boolean", false, true],
    ["team", "choice", false, ""],
    ["lines", "json", false, ""],
    ["more", "json", false, ""],
    ["level", "choice", false, ""],
  ]);
  expect(fields[0]?.label).toBe("Account");
  expect(fieldsOf(null)).toEqual([]);
  expect(fieldsOf({ type: "string" })).toEqual([]);
});

test("values have the types of their fields, and empty inputs are left out", () => {
  const fields = fieldsOf(SCHEMA);

  expect(valuesOf(fields, { account: "DE1", amount: "12.5", urgent: false, lines: "[1]" })).toEqual({
    account: "DE1",
    amount: 12.5,
    urgent: false,
    lines: [1],
  });
  expect(valuesOf(fields, { amount: "" })).toEqual({ urgent: true });
  expect(() => valuesOf(fields, { lines: "[" })).toThrow(SyntaxError);
});

test("a choice is sent as the schema has it", () => {
  const fields = fieldsOf(SCHEMA);

  expect(valuesOf(fields, { team: "b", level: "2" })).toEqual({
    urgent: true,
    amount: 7,
    team: "b",
    level: 2,
  });
});

test("only the field whose JSON is broken is named", () => {
  const fields = fieldsOf(SCHEMA);

  expect(unreadable(fields, { lines: "[", more: "{}" }).map(({ name }) => name)).toEqual(["lines"]);
});
