import type { Definition, Trigger } from "@/features/editor/model/definition";

export const TRIGGER_TYPES = ["schedule", "form", "mailbox", "workflow", "webhook"] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

const START: Record<TriggerType, (timezone: string) => Record<string, unknown>> = {
  schedule: (timezone) => ({ cron: "0 9 * * *", timezone }),
  form: () => ({ respond: "when_finished" }),
  mailbox: () => ({ connector: "", every_seconds: 60 }),
  workflow: () => ({ workflow: "", on: "success" }),
  webhook: () => ({ methods: ["POST"], auth: "hmac", respond: "immediately" }),
};

/** The triggers with a new one of a type at the end. */
export function withTrigger(
  definition: Definition,
  { type, timezone }: { type: TriggerType; timezone: string },
): Trigger[] {
  const triggers = definition.triggers ?? [];
  return [...triggers, { id: freeId(triggers, type), type, ...START[type](timezone) }];
}

export function withoutTrigger(definition: Definition, id: string): Trigger[] {
  return (definition.triggers ?? []).filter((trigger) => trigger.id !== id);
}

/** The triggers with some fields of one changed; what is undefined is taken out. */
export function withTriggerFields(
  definition: Definition,
  { id, fields }: { id: string; fields: Record<string, unknown> },
): Trigger[] {
  return (definition.triggers ?? []).map((trigger) => {
    if (trigger.id !== id) return trigger;
    const changed = Object.entries({ ...trigger, ...fields }).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(changed), id, type: trigger.type };
  });
}

function freeId(triggers: readonly Trigger[], type: string): string {
  const taken = new Set(triggers.map(({ id }) => id));
  let id = type;
  for (let number = 2; taken.has(id); number += 1) id = `${type}_${number}`;
  return id;
}
