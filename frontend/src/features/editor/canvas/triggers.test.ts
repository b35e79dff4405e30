import { expect, test } from "vitest";
import { startsOf } from "@/features/editor/canvas/triggers";
import { definitionSchema } from "@/features/editor/model/definition";

test("every kind of trigger is a start node that says what it is", () => {
  const definition = definitionSchema.parse({
    triggers: [
      { id: "nightly", type: "schedule", cron: "0 2 * * *" },
      { id: "ask", type: "form", title: "Holiday request", is_active: false },
      { id: "after", type: "workflow", workflow: "import", start_at: "check" },
      { id: "intake", type: "webhook", methods: ["PUT"] },
    ],
  });

  const starts = startsOf(definition, []);

  expect(starts.map(({ label, detail, isActive }) => [label, detail, isActive])).toEqual([
    ["Schedule", "0 2 * * *", true],
    ["Form", "Holiday request", false],
    ["After a workflow", "import", true],
    ["Webhook", "PUT", true],
  ]);
  expect(starts[2]?.startAt).toBe("check");
});
