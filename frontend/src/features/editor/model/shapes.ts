import type { Catalogue } from "./catalogue";
import { collapsedIds } from "./collapse";
import type { Definition, Step } from "./definition";
import type { SizeOptions } from "./geometry";
import { edgesOf } from "./graph";
import type { Port } from "./ports";
import { portsOf } from "./ports";
import type { TidyOptions } from "./tidy";

/** Which ports of every step have a wire. */
export function usedPorts(definition: Definition): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const edge of edgesOf(definition)) {
    used.set(edge.from, (used.get(edge.from) ?? new Set()).add(edge.port));
  }
  return used;
}

const NONE: ReadonlySet<string> = new Set();

/** What laying out needs to know of the steps: which are frames, and how many handles each has. */
export function sizeOptions(definition: Definition, catalogue: Catalogue): SizeOptions {
  const used = usedPorts(definition);
  const collapsed = collapsedIds(definition);
  return {
    isContainer: (step) => isContainer(step, catalogue) && !collapsed.has(step.id),
    portCount: (step) => sidePorts(shownPorts(step, catalogue, used)).length,
  };
}

/** The same, with the names of the ports that have a handle, from top to bottom. */
export function tidyOptions(definition: Definition, catalogue: Catalogue): TidyOptions {
  const used = usedPorts(definition);
  return {
    ...sizeOptions(definition, catalogue),
    portNames: (step) => shownPorts(step, catalogue, used).map((port) => port.name),
  };
}

export function isContainer(step: Step, catalogue: Catalogue): boolean {
  return catalogue.get(step.type)?.container ?? false;
}

export function shownPorts(
  step: Step,
  catalogue: Catalogue,
  used: ReadonlyMap<string, ReadonlySet<string>>,
): Port[] {
  return portsOf(step, catalogue.get(step.type), used.get(step.id) ?? NONE);
}

/** The handles at the right side, one below the other; the error handle has a place of its own. */
export function sidePorts(ports: readonly Port[]): Port[] {
  return ports.filter((port) => port.name !== "error");
}
