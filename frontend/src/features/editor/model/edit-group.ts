import type { Definition, Position, Positions, Step } from "./definition";
import { findStep, parentOf, positionsOf, replaceSteps, without, withPositions } from "./definition";
import { removeSteps } from "./edit-steps";
import { FRAME_HEADER, FRAME_PADDING } from "./geometry";
import { formatRef, NEXT, parseRef, sameRef } from "./refs";

/** Putting steps into a group and taking a group away, without a change in what runs when. */

const PASSED_ON: ReadonlySet<string> = new Set([NEXT, "done", "error"]);

/** Why steps cannot become one group, in words for people; null when they can. */
export function groupProblem(definition: Definition, ids: readonly string[]): string | null {
  const members = membersOf(definition, ids);
  if (members.length === 0) {
    return "Select the steps that belong together first.";
  }
  if (new Set(members.map(parentOf)).size > 1) {
    return "All steps of a group must be in the same place: inside the same loop or group, or all outside.";
  }
  const inside = new Set(members.map((step) => step.id));
  const waiting = members.filter((step) => outer(step, inside).length > 0);
  const sets = new Set(waiting.map((step) => outer(step, inside).map(normal).sort().join(" ")));
  const free = members.filter((step) => !step.after?.length);
  if (sets.size > 1 || (waiting.length > 0 && free.length > 0)) {
    return "The steps begin after different ones. A group begins as a whole: choose steps that wait for the same.";
  }
  if (waiting.some((step) => outer(step, inside).length < (step.after?.length ?? 0))) {
    return "A step waits for one inside the group and for one outside it. Add what it waits for, or leave it out.";
  }
  return leaving(definition, inside);
}

/** A branch of a condition inside cannot be told from outside the group. */
function leaving(definition: Definition, inside: ReadonlySet<string>): string | null {
  for (const step of definition.steps.filter((one) => !inside.has(one.id))) {
    const ref = (step.after ?? [])
      .map(parseRef)
      .find((one) => inside.has(one.step) && !PASSED_ON.has(one.port));
    if (ref) {
      return `The wire “${ref.port}” leads out of the group. Put the step behind it into the group, too.`;
    }
  }
  return null;
}

type Group = { ids: readonly string[]; group: Step };

/** Puts the steps into a new container around them; wires from and to others now belong to the container. */
export function groupSteps(definition: Definition, { ids, group }: Group): Definition {
  if (groupProblem(definition, ids) !== null || findStep(definition, group.id)) {
    return definition;
  }
  const members = membersOf(definition, ids);
  const inside = new Set(members.map((step) => step.id));
  const waitsFor = unique(members.flatMap((step) => outer(step, inside)));
  const parent = members[0] ? parentOf(members[0]) : null;
  const container: Step = {
    ...group,
    ...(parent ? { parent } : {}),
    ...(waitsFor.length > 0 ? { after: waitsFor } : {}),
  };
  const moved = replaceSteps(definition, (step) =>
    inside.has(step.id)
      ? {
          ...withAfter(
            step,
            (step.after ?? []).filter((text) => inside.has(parseRef(text).step)),
          ),
          parent: group.id,
        }
      : withAfter(step, unique((step.after ?? []).map((text) => redirected(text, inside, group.id)))),
  );
  const first = moved.steps.findIndex((step) => inside.has(step.id));
  const steps = [...moved.steps.slice(0, first), container, ...moved.steps.slice(first)];
  return withPositions({ ...moved, steps }, groupPlaces(definition, { members, group: group.id }));
}

/** Takes a container away and leaves what was inside it, wired as the container was. */
export function ungroup(definition: Definition, id: string): Definition {
  const group = findStep(definition, id);
  const body = definition.steps.filter((step) => parentOf(step) === id);
  if (!group || body.length === 0) {
    return definition;
  }
  const followed = new Set(body.flatMap((step) => (step.after ?? []).map((text) => parseRef(text).step)));
  const ends = body.filter((step) => !followed.has(step.id)).map((step) => step.id);
  const inside = new Set(body.map((step) => step.id));
  const parent = parentOf(group);
  const freed = replaceSteps(definition, (step) => {
    if (inside.has(step.id)) {
      const entered = step.after?.length ? step : withAfter(step, group.after ?? []);
      return parent ? { ...entered, parent } : without(entered, "parent");
    }
    const after = (step.after ?? []).flatMap((text) => released(text, { id, ends, body: [...inside] }));
    return step.id === id ? step : withAfter(step, unique(after));
  });
  const [left, top] = positionsOf(definition)[id] ?? [0, 0];
  const places = body.map((step): [string, Position] => {
    const [x, y] = positionsOf(definition)[step.id] ?? [0, 0];
    return [step.id, [x + left, y + top]];
  });
  return removeSteps(withPositions(freed, Object.fromEntries(places)), { ids: [id] });
}

function membersOf(definition: Definition, ids: readonly string[]): Step[] {
  const chosen = new Set(ids);
  return definition.steps.filter((step) => chosen.has(step.id) && !chosen.has(parentOf(step) ?? ""));
}

function outer(step: Step, inside: ReadonlySet<string>): string[] {
  return (step.after ?? []).filter((text) => !inside.has(parseRef(text).step));
}

function redirected(text: string, inside: ReadonlySet<string>, group: string): string {
  const ref = parseRef(text);
  return inside.has(ref.step) ? formatRef({ step: group, port: ref.port }) : text;
}

type Released = { id: string; ends: readonly string[]; body: readonly string[] };

/** Who waited for the group waits for its last steps now; for its failure, for that of any of its steps. */
function released(text: string, { id, ends, body }: Released): string[] {
  const ref = parseRef(text);
  if (ref.step !== id) {
    return [text];
  }
  const steps = ref.port === "error" ? body : ends;
  return steps.map((step) => formatRef({ step, port: ref.port }));
}

function groupPlaces(
  definition: Definition,
  { members, group }: { members: Step[]; group: string },
): Positions {
  const places = members.map((step): [string, Position] => [
    step.id,
    positionsOf(definition)[step.id] ?? [0, 0],
  ]);
  const left = Math.min(...places.map(([, [x]]) => x)) - FRAME_PADDING;
  const top = Math.min(...places.map(([, [, y]]) => y)) - FRAME_HEADER - 16;
  const inner = places.map(([id, [x, y]]): [string, Position] => [id, [x - left, y - top]]);
  return Object.fromEntries([[group, [left, top]], ...inner]);
}

function withAfter(step: Step, after: readonly string[]): Step {
  const before = step.after ?? [];
  if (after.length === before.length && after.every((text, index) => text === before[index])) {
    return step;
  }
  return after.length > 0 ? { ...step, after: [...after] } : without(step, "after");
}

function unique(refs: readonly string[]): string[] {
  return refs.filter((text, index) => refs.findIndex((one) => sameRef(one, text)) === index);
}

function normal(text: string): string {
  return formatRef(parseRef(text));
}
