import { expect, test } from "vitest";
import type { Catalogue } from "@/features/editor/model/catalogue";
import { placeOf, withLabels } from "@/features/editor/panel/problem-place";
import { problemSchema } from "@/shared/api/errors";

const TYPE = {
  type: "condition",
  label: "Condition",
  icon: "",
  color: "",
  category: "",
  help: "",
  container: false,
  ports: [],
  dynamicPorts: true,
  resultHelp: "",
  schema: {
    properties: {
      expression: { title: "True when" },
      headers: { additionalProperties: { type: "string" } },
      cases: { items: { $ref: "#/$defs/Case" } },
    },
    $defs: { Case: { properties: { name: { title: "Branch" }, equals: {} } } },
  },
};
const CATALOGUE: Catalogue = new Map([["condition", TYPE]]);
const DEFINITION = { stepgraph: 1, name: "Any", steps: [{ id: "ok", name: "Good?", type: "condition" }] };

test.each([
  ["steps[0].config.expression", "Good?", "True when"],
  ["steps[0].config.cases[1].name", "Good?", "Cases › 2 › Branch"],
  ["steps[0].config.headers.X-Id", "Good?", "Headers › X-Id"],
  ["steps[0].retry.delay", "Good?", "Retries › Delay"],
  ["steps[0]", "Good?", ""],
  ["triggers[0].cron", undefined, "Triggers › 1 › Cron"],
  ["", undefined, ""],
])("%s is at %s, %s", (path, step, field) => {
  const problem = problemSchema.parse({ message: "It is wrong.", path });

  const place = placeOf(problem, { definition: DEFINITION, catalogue: CATALOGUE });

  expect([place.step?.name, place.field]).toEqual([step, field]);
});

test("keys of the document become the labels of the form; other code stays", () => {
  const message = "A condition needs an `expression` or `cases`, such as `total > 100`.";
  const problem = problemSchema.parse({ message, path: "steps[0].config", hint: "Add `equals` or `x`." });

  const shown = withLabels(problem, { definition: DEFINITION, catalogue: CATALOGUE });

  expect(shown.message).toBe("A condition needs an “True when” or “Cases”, such as `total > 100`.");
  expect(shown.hint).toBe("Add “Equals” or `x`.");
});
