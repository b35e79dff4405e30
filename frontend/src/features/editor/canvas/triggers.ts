import type { TriggerEdge, TriggerNode } from "@/features/editor/canvas/flow-types";
import { triggerHandles } from "@/features/editor/canvas/handles";
import type { Definition, Position, Trigger } from "@/features/editor/model/definition";
import { positionsOf } from "@/features/editor/model/definition";
import { entrySteps } from "@/features/editor/model/graph";
import { otherWebhooks } from "@/features/editor/model/webhook-rows";
import { TRIGGER_PREFIX } from "@/features/editor/store/selection-slice";
import { texts } from "@/features/editor/texts";
import type { Webhook } from "@/shared/api/schemas";

/** What starts the workflow by itself, as the canvas shows it before the entry steps. */
export type Start = {
  id: string;
  kind: string;
  label: string;
  detail: string;
  isActive: boolean;
  startAt: string | null;
};

export const TRIGGER_SIZE = { width: 168, height: 48 };
const GAP = 72;

/** The webhooks that no trigger speaks for, then the triggers of the document. */
export function startsOf(definition: Definition, webhooks: readonly Webhook[]): Start[] {
  const others = otherWebhooks(definition, webhooks).map((webhook) => ({
    id: `${TRIGGER_PREFIX}webhook-${webhook.id}`,
    kind: "webhook",
    label: "Webhook",
    detail: webhook.methods.join(", ") || "POST",
    isActive: webhook.is_active,
    startAt: webhook.start_at || null,
  }));
  const written = (definition.triggers ?? []).map((trigger, index) => ({
    id: `${TRIGGER_PREFIX}${trigger.id ?? index}`,
    kind: trigger.type,
    label: texts.triggers.types[trigger.type] ?? trigger.type,
    detail: detailOf(trigger),
    isActive: trigger.is_active !== false,
    startAt: trigger.start_at ?? null,
  }));
  return [...others, ...written];
}

type Surroundings = { definition: Definition; selected: ReadonlySet<string> };

export function triggerNodes(
  starts: readonly Start[],
  { definition, selected }: Surroundings,
): TriggerNode[] {
  const entries = entrySteps(definition, null).map(
    (step): Position => positionsOf(definition)[step.id] ?? [0, 0],
  );
  const left = Math.min(...entries.map(([x]) => x), Number.MAX_SAFE_INTEGER);
  const top = Math.min(...entries.map(([, y]) => y), Number.MAX_SAFE_INTEGER);
  const [x, y] = entries.length > 0 ? [left, top] : [320, 120];
  return starts.map(({ id, kind, label, detail, isActive }, index) => ({
    id,
    type: "trigger",
    position: { x: x - TRIGGER_SIZE.width - GAP, y: y + 8 + index * (TRIGGER_SIZE.height + 16) },
    data: { kind, label, detail, isActive },
    ...TRIGGER_SIZE,
    measured: TRIGGER_SIZE,
    handles: triggerHandles(TRIGGER_SIZE),
    selected: selected.has(id),
    draggable: false,
    connectable: false,
    deletable: false,
    ariaLabel: texts.canvas.trigger(label),
  }));
}

export function triggerEdges(starts: readonly Start[], definition: Definition): TriggerEdge[] {
  const entries = entrySteps(definition, null).map((step) => step.id);
  return starts.flatMap((start) =>
    (start.startAt ? [start.startAt] : entries).map((target) => ({
      id: `${start.id}=>${target}`,
      type: "default",
      source: start.id,
      target,
      targetHandle: "in",
      selectable: false,
      focusable: false,
      deletable: false,
      className: "trigger-edge",
      data: {},
    })),
  );
}

function detailOf(trigger: Trigger): string {
  const methods = Array.isArray(trigger.methods) ? trigger.methods.join(", ") : trigger.methods;
  const parts = [
    trigger.cron,
    trigger.connector,
    trigger.every_seconds && `every ${trigger.every_seconds} s`,
    trigger.at,
    trigger.type === "webhook" ? methods || "POST" : undefined,
    trigger.workflow,
    trigger.title,
  ];
  return parts.find((part) => part !== undefined && part !== null && part !== "")?.toString() ?? "";
}
