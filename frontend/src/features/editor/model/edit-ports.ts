import type { StepType } from "./catalogue";
import type { Definition, Step } from "./definition";
import { replaceSteps } from "./definition";
import { COMMON_PORTS, ownPorts } from "./ports";
import { formatRef, parseRef } from "./refs";

type Change = { before: Step; after: Step; type: StepType | undefined };

/** Lets the wires of a port follow when a change of the step's config was nothing but another name for it. */
export function followPort(definition: Definition, change: Change): Definition {
  const renamed = renamedPort(change);
  if (!renamed) return definition;
  const from = formatRef({ step: change.after.id, port: renamed.from });
  const to = formatRef({ step: change.after.id, port: renamed.to });
  return replaceSteps(definition, (step) =>
    step.after?.some((text) => formatRef(parseRef(text)) === from)
      ? { ...step, after: step.after.map((text) => (formatRef(parseRef(text)) === from ? to : text)) }
      : step,
  );
}

/** The one port that got another name; null when ports came, went, or changed their places. */
function renamedPort({ before, after, type }: Change): { from: string; to: string } | null {
  const old = ownPorts(before, type);
  const now = ownPorts(after, type);
  const changed = old.flatMap((from, index) => {
    const to = now[index];
    return to !== undefined && to !== from ? [{ from, to }] : [];
  });
  const [renamed] = changed;
  const isOne = old.length === now.length && changed.length === 1 && renamed !== undefined;
  return isOne && !now.includes(renamed.from) && !COMMON_PORTS.includes(renamed.to) ? renamed : null;
}
