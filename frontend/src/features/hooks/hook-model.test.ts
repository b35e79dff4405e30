import { expect, test } from "vitest";
import { actionsAt, faultsOf, fieldsOf, valuesOf } from "@/features/hooks/hook-model";
import type { Hook } from "@/features/hooks/hook-queries";

const HOOK: Hook = {
  id: "h1",
  name: "Names",
  moment: "before_step",
  action: "expression",
  config: {
    values: { _region: "vars.REGION", _late: "now().hour >= 22" },
    deny_when: "_late",
    reason: "Too late.",
  },
  position: 3,
  steps: ["send_*"],
  step_types: [],
  error_types: [],
  workflow: "orders",
  blocking: true,
  is_active: true,
};

test("a hook comes out of the form as it went in", () => {
  const { id: _, ...values } = HOOK;

  expect(valuesOf(fieldsOf(HOOK))).toEqual(values);
});

test("what does not belong to the moment is not sent", () => {
  const fields = {
    ...fieldsOf(HOOK),
    moment: "job_failed" as const,
    action: "workflow" as const,
    target: "tell",
  };

  expect(valuesOf(fields)).toMatchObject({ config: { workflow: "tell" }, steps: [], blocking: false });
});

test.each([
  [
    { values: "region = vars.REGION" },
    { values: "“region = vars.REGION” is not of the form _name = expression." },
  ],
  [{ values: "_late == 3" }, { values: "“_late == 3” is not of the form _name = expression." }],
  [{ values: "", deny_when: "" }, { values: "Give names, or say when the step is refused." }],
  [{ values: "", deny_when: "true" }, {}],
  [{ name: " " }, { name: "Give it a name." }],
  [{ action: "http" as const, url: "example.com" }, { url: "An address begins with https:// or http://." }],
  [{ action: "workflow" as const }, { target: "Choose the workflow that it starts." }],
])("%j is answered with %j", (change, faults) => {
  expect(faultsOf({ ...fieldsOf(HOOK), ...change })).toEqual(faults);
});

test("only workflows are started for jobs, and expressions come before steps", () => {
  expect(actionsAt("job_started")).toEqual(["workflow"]);
  expect(actionsAt("after_step")).not.toContain("expression");
  expect(actionsAt("before_step")).toContain("expression");
});
