import { expect, test } from "vitest";
import { kindOf } from "@/features/editor/panel/schema-kind";

const root = {
  $defs: {
    Case: { type: "object", properties: { name: { type: "string" } } },
    Verb: { enum: ["GET", "POST"] },
  },
};

test.each([
  ["code", { type: "string", "x-kind": "code", "x-language": "python" }],
  ["expression", { anyOf: [{ type: "string", "x-kind": "expression" }, { type: "null" }] }],
  ["template", { type: "string", "x-kind": "template", "x-context": "url" }],
  ["json", { "x-kind": "template", "x-context": "json" }],
  ["choice", { $ref: "#/$defs/Verb" }],
  ["boolean", { type: "boolean" }],
  ["number", { anyOf: [{ type: "integer" }, { type: "null" }] }],
  ["number", { type: ["number", "null"] }],
  ["text", { type: "string" }],
  ["map", { type: "object", additionalProperties: { type: "string", "x-kind": "template" } }],
  ["list", { anyOf: [{ type: "array", items: { $ref: "#/$defs/Case" } }, { type: "null" }] }],
  ["strings", { type: "array", items: { type: "string" } }],
  ["json", { type: "array", items: {} }],
  ["json", { type: "object" }],
  ["json", {}],
  ["json", { anyOf: [{ type: "integer" }, { type: "string" }] }],
])("%s from %j", (kind, schema) => {
  expect(kindOf(schema, root).kind).toBe(kind);
});
