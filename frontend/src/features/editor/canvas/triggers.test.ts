import { expect, test } from "vitest";
import { startsOf } from "@/features/editor/canvas/triggers";
import { definitionSchema } from "@/features/editor/model/definition";
import { webhookSchema } from "@/shared/api/schemas";

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

test("a trigger has one pill before and after it is live; webhooks made by hand have theirs", () => {
  const definition = definitionSchema.parse({
    triggers: [
      { id: "intake", type: "webhook", methods: ["PUT", "POST"] },
      { id: "fresh", type: "webhook" },
    ],
  });
  const row = { id: "h1", workflow: "w1", url: "/hooks/a/", methods: ["POST"] };
  const webhooks = [
    webhookSchema.parse({ ...row, trigger_id: "intake", methods: ["PUT"] }),
    webhookSchema.parse({ ...row, id: "h2", methods: ["GET"] }),
    webhookSchema.parse({ ...row, id: "h3", trigger_id: "removed", methods: ["PATCH"] }),
    webhookSchema.parse({ ...row, id: "h4", trigger_id: "long gone", is_active: false }),
  ];

  const starts = startsOf(definition, webhooks);

  expect(starts.map(({ id, detail }) => [id, detail])).toEqual([
    ["trigger:webhook-h2", "GET"],
    ["trigger:webhook-h3", "PATCH"],
    ["trigger:intake", "PUT, POST"],
    ["trigger:fresh", "POST"],
  ]);
});
