import { describe, expect, it } from "vitest";
import { parseInput, startInput } from "@/features/editor/run/start-input";

const schema = {
  type: "object",
  properties: { region: { type: "string" }, count: { type: "integer", default: 3 } },
};
const strict = { ...schema, additionalProperties: false };

describe("what the run dialog begins with", () => {
  it("is the defaults at first", () => {
    expect(parseInput(startInput(schema, null))).toEqual({ count: 3 });
  });

  it("is the last input afterwards, with whatever else was in it", () => {
    expect(parseInput(startInput(schema, '{"region": "eu", "webhook_payload": {"a": 1}}'))).toEqual({
      region: "eu",
      webhook_payload: { a: 1 },
    });
  });

  it("leaves out what the workflow takes no longer, where it would be refused", () => {
    expect(parseInput(startInput(strict, '{"region": "eu", "colour": "red"}'))).toEqual({ region: "eu" });
  });

  it("keeps a text that is no object as it is", () => {
    expect(startInput(strict, '{"region": ')).toBe('{"region": ');
  });
});
