import type { Catalogue, StepType } from "./catalogue";
import type { Definition, Step } from "./definition";

/** Builders for tests of the model: only what a test speaks about has to be written. */

export function step(id: string, fields: Partial<Step> = {}): Step {
  return { id, type: "script", ...fields };
}

export function workflow(...steps: Step[]): Definition {
  return { stepgraph: 1, name: "Test", steps };
}

export function stepType(type: string, fields: Partial<StepType> = {}): StepType {
  return {
    type,
    label: type.charAt(0).toUpperCase() + type.slice(1),
    icon: "box",
    color: "gray",
    category: "Flow",
    help: "",
    container: false,
    ports: [],
    dynamicPorts: false,
    schema: {},
    resultHelp: "",
    ...fields,
  };
}

export const catalogue: Catalogue = new Map(
  [
    stepType("script", {
      schema: {
        required: ["language", "code"],
        properties: {
          language: { enum: ["python", "bash"], default: "python" },
          code: { type: "string", "x-kind": "code" },
          env: { type: "object", additionalProperties: { type: "string", "x-kind": "template" } },
        },
      },
    }),
    stepType("condition", {
      ports: ["true", "false"],
      dynamicPorts: true,
      schema: {
        properties: {
          expression: { anyOf: [{ type: "string", "x-kind": "expression" }, { type: "null" }] },
          cases: { anyOf: [{ type: "array", items: { $ref: "#/$defs/Case" } }, { type: "null" }] },
        },
        $defs: { Case: { properties: { name: { type: "string" }, expression: { "x-kind": "expression" } } } },
      },
    }),
    stepType("loop", {
      container: true,
      schema: { properties: { items: { "x-kind": "template", "x-context": "json" } } },
    }),
    stepType("group", { container: true }),
    stepType("output", {
      schema: {
        properties: {
          values: { type: "object", additionalProperties: { type: "string", "x-kind": "expression" } },
        },
      },
    }),
  ].map((type) => [type.type, type]),
);
