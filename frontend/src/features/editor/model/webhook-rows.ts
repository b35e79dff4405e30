import type { Webhook } from "@/shared/api/schemas";
import type { Definition, Trigger } from "./definition";

/** The live webhook that publishing has made of a trigger; undefined before the first publishing. */
export function webhookOf(trigger: Trigger, webhooks: readonly Webhook[]): Webhook | undefined {
  return trigger.type === "webhook" && trigger.id
    ? webhooks.find((webhook) => webhook.trigger_id === trigger.id)
    : undefined;
}

/**
 * The webhooks that no trigger of the document speaks for: those made by hand, and those whose trigger was removed and
 * that are live until the next publishing. What publishing has switched off for good is not shown any more.
 */
export function otherWebhooks(definition: Definition, webhooks: readonly Webhook[]): Webhook[] {
  const written = (definition.triggers ?? []).filter(({ type }) => type === "webhook");
  const ids = new Set(written.map(({ id }) => id));
  return webhooks.filter(({ trigger_id, is_active }) => !trigger_id || (is_active && !ids.has(trigger_id)));
}
