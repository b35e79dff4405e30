import { stableJson } from "@/shared/lib/stable-json";
import type { Definition, Step, Trigger } from "./definition";
import { stepTitle, without } from "./definition";

/**
 * Joins two drafts that were made from the same one. What only one side changed is taken over; where both changed the
 * same place differently somebody has to choose.
 */

export type Side = "mine" | "theirs";
export type Conflict = {
  /** Names the place, the same in every merge of the same drafts: `steps.fetch.config.url`. */
  place: string;
  /** The step that it belongs to, as people know it; empty for the workflow itself. */
  owner: string;
  field: string;
  mine: unknown;
  theirs: unknown;
};
export type Merged = { definition: Definition; conflicts: readonly Conflict[] };
type Drafts<T> = { base: T; mine: T; theirs: T };
type Choices = Readonly<Record<string, Side>>;

/** A key that is not there; `undefined` would not tell it from a value. */
const ABSENT = Symbol("absent");
type Value = unknown;

export function mergeDefinitions(drafts: Drafts<Definition>, choices: Choices = {}): Merged {
  const merger = new Merger(choices);
  const document = merger.mergeObjects(
    { base: plain(drafts.base), mine: plain(drafts.mine), theirs: plain(drafts.theirs) },
    { owner: "", place: "" },
  );
  const steps = merger.mergeSteps(drafts);
  const triggers = merger.mergeTriggers(drafts);
  const ui = mergeUi(drafts);
  const parts = { steps, ...(triggers.length > 0 ? { triggers } : {}), ...(ui ? { ui } : {}) };
  const all = { ...drafts.theirs, ...drafts.mine, ...document, ...parts };
  const definition = onlyKeysOf({ ...document, ...parts }, all);
  return { definition, conflicts: merger.conflicts };
}

type Where = { owner: string; place: string };

class Merger {
  readonly conflicts: Conflict[] = [];
  private readonly choices: Choices;

  constructor(choices: Choices) {
    this.choices = choices;
  }

  mergeSteps(drafts: Drafts<Definition>): Step[] {
    const [base, mine, theirs] = [byId(drafts.base), byId(drafts.mine), byId(drafts.theirs)];
    return inOrder(drafts).flatMap((id) => {
      const versions = { base: base.get(id), mine: mine.get(id), theirs: theirs.get(id) };
      const step = versions.mine ?? versions.theirs ?? versions.base;
      const where = { owner: step ? stepTitle(step) : id, place: `steps.${id}` };
      const kept = this.mergeEntry(versions, where);
      return kept ? [kept] : [];
    });
  }

  mergeTriggers(drafts: Drafts<Definition>): Trigger[] {
    const named = (definition: Definition) =>
      new Map((definition.triggers ?? []).map((trigger, index) => [trigger.id ?? `#${index}`, trigger]));
    const [base, mine, theirs] = [named(drafts.base), named(drafts.mine), named(drafts.theirs)];
    const ids = [...new Set([...theirs.keys(), ...mine.keys()])];
    return ids.flatMap((id) => {
      const versions = { base: base.get(id), mine: mine.get(id), theirs: theirs.get(id) };
      const kept = this.mergeEntry(versions, { owner: `Trigger ${id}`, place: `triggers.${id}` });
      return kept ? [kept] : [];
    });
  }

  /** One step or trigger: deleted by one side and untouched by the other, it is gone; changed there, it is a conflict. */
  private mergeEntry<T extends Record<string, unknown>>(
    { base, mine, theirs }: { base: T | undefined; mine: T | undefined; theirs: T | undefined },
    where: Where,
  ): T | undefined {
    if (mine && theirs) {
      const merged = this.mergeObjects({ base: base ?? {}, mine, theirs }, where);
      return onlyKeysOf(merged, { ...mine, ...theirs, ...merged });
    }
    const left = mine ?? theirs;
    if (!base || !left) {
      return left;
    }
    if (same(left, base)) {
      return undefined;
    }
    const side = this.choose({ ...where, field: "", mine: mine ?? null, theirs: theirs ?? null });
    return side === "mine" ? mine : theirs;
  }

  mergeObjects(
    drafts: Drafts<Record<string, unknown>>,
    where: Where,
    path: readonly string[] = [],
  ): Record<string, unknown> {
    const merged: Record<string, unknown> = {};
    const keys = new Set([...Object.keys(drafts.theirs), ...Object.keys(drafts.mine)]);
    for (const key of keys) {
      const versions = {
        base: at(drafts.base, key),
        mine: at(drafts.mine, key),
        theirs: at(drafts.theirs, key),
      };
      const value = this.mergeValue(versions, where, [...path, key]);
      if (value !== ABSENT) {
        merged[key] = value;
      }
    }
    return merged;
  }

  private mergeValue({ base, mine, theirs }: Drafts<Value>, where: Where, path: readonly string[]): Value {
    if (same(mine, theirs) || same(theirs, base)) {
      return mine;
    }
    if (same(mine, base)) {
      return theirs;
    }
    if (isRecord(mine) && isRecord(theirs)) {
      return this.mergeObjects({ base: isRecord(base) ? base : {}, mine, theirs }, where, path);
    }
    if (path.join(".") === "after") {
      return mergeLists({ base, mine, theirs });
    }
    const field = path.join(".");
    const place = where.place ? `${where.place}.${field}` : field;
    const side = this.choose({
      owner: where.owner,
      place,
      field,
      mine: mine === ABSENT ? null : mine,
      theirs: theirs === ABSENT ? null : theirs,
    });
    return side === "mine" ? mine : theirs;
  }

  /** Without a choice mine is shown, and the conflict is reported. */
  private choose(conflict: Conflict): Side {
    this.conflicts.push(conflict);
    return this.choices[conflict.place] ?? "mine";
  }
}

/** Wires: what either side added, without what either side took away. */
function mergeLists({ base, mine, theirs }: Drafts<Value>): unknown[] {
  const [old, own, other] = [base, mine, theirs].map((list): unknown[] => (Array.isArray(list) ? list : []));
  const taken = (list: unknown[] | undefined) => (old ?? []).filter((one) => !(list ?? []).includes(one));
  const removed = new Set([...taken(own), ...taken(other)]);
  return [...new Set([...(other ?? []), ...(own ?? [])])].filter((one) => !removed.has(one));
}

/** Places are a matter of taste: what this person moved stays where they put it. */
function mergeUi({ base, mine, theirs }: Drafts<Definition>): Definition["ui"] {
  if (!mine.ui || !theirs.ui) {
    return mine.ui ?? theirs.ui;
  }
  const positions = { ...theirs.ui.positions };
  for (const [id, place] of Object.entries(mine.ui.positions ?? {})) {
    if (!positions[id] || !same(place, base.ui?.positions?.[id])) {
      positions[id] = place;
    }
  }
  const rest = new Merger({}).mergeObjects(
    { base: base.ui ?? {}, mine: mine.ui, theirs: theirs.ui },
    { owner: "", place: "ui" },
  );
  return { ...rest, positions };
}

/** Their order, with the steps that only this side has behind the one that they follow here. */
function inOrder({ base, mine, theirs }: Drafts<Definition>): string[] {
  const order = theirs.steps.map((step) => step.id);
  const removedByThem = new Set(base.steps.map((step) => step.id).filter((id) => !order.includes(id)));
  mine.steps.forEach((step, index) => {
    if (!order.includes(step.id)) {
      const before = mine.steps[index - 1]?.id;
      const place = before ? order.indexOf(before) + 1 : 0;
      order.splice(place > 0 ? place : removedByThem.has(step.id) ? order.length : place, 0, step.id);
    }
  });
  return order;
}

function plain(definition: Definition): Record<string, unknown> {
  const { steps: _steps, ui: _ui, triggers: _triggers, ...rest } = definition;
  return rest;
}

function byId(definition: Definition): Map<string, Step> {
  return new Map(definition.steps.map((step) => [step.id, step]));
}

function at(value: Record<string, unknown>, key: string): Value {
  return value[key] === undefined ? ABSENT : value[key];
}

/** Keys that the merge took out must not come back from either side. */
function onlyKeysOf<T extends Record<string, unknown>>(merged: Record<string, unknown>, value: T): T {
  return Object.keys(value).reduce((kept, key) => (key in merged ? kept : without(kept, key)), value);
}

function isRecord(value: Value): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function same(one: Value, other: Value): boolean {
  return one === other || (one !== ABSENT && other !== ABSENT && stableJson(one) === stableJson(other));
}
