import { expect, test } from "vitest";
import { definitionSchema } from "@/features/editor/model/definition";
import { withoutTrigger, withTrigger, withTriggerFields } from "@/features/editor/model/edit-triggers";

const definition = definitionSchema.parse({
  triggers: [{ id: "schedule", type: "schedule", cron: "0 2 * * *", timezone: "UTC", max_runs: 3 }],
});

test("a new trigger gets a free id and what its type needs", () => {
  const added = withTrigger(definition, { type: "schedule", timezone: "Europe/Bucharest" });

  expect(added.map(({ id }) => id)).toEqual(["schedule", "schedule_2"]);
  expect(added[1]).toEqual({
    id: "schedule_2",
    type: "schedule",
    cron: "0 9 * * *",
    timezone: "Europe/Bucharest",
  });
});

test("changing a field keeps the others, and undefined takes one out", () => {
  const fields = { cron: undefined, every_seconds: 60 };

  expect(withTriggerFields(definition, { id: "schedule", fields })).toEqual([
    { id: "schedule", type: "schedule", every_seconds: 60, timezone: "UTC", max_runs: 3 },
  ]);
});

test("a trigger can be removed", () => {
  expect(withoutTrigger(definition, "schedule")).toEqual([]);
});
