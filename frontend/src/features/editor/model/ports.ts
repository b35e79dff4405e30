import type { StepType } from "./catalogue";
import type { Step } from "./definition";
import { NEXT } from "./refs";

export const COMMON_PORTS: readonly string[] = [NEXT, "error", "done", "skipped"];

/** Where an output handle is shown: always, or only on hover and when something is connected to it. */
export type Port = { name: string; label: string; isQuiet: boolean };

/** The ports that a step's own type and config give it, in order. */
export function ownPorts(step: Step, type: StepType | undefined): string[] {
  const { cases, switch: compared } = step.config ?? {};
  const list = Array.isArray(cases) ? cases : [];
  if (type?.dynamicPorts && (list.length > 0 || typeof compared === "string")) {
    return [...new Set([...list.map(caseName).filter((name) => name !== ""), "else"])];
  }
  return (type?.ports ?? []).filter((name) => !COMMON_PORTS.includes(name));
}

/** All handles of a step. A port that is used but no longer defined stays, so that its wire can be seen and removed. */
export function portsOf(step: Step, type: StepType | undefined, used: ReadonlySet<string>): Port[] {
  const own = ownPorts(step, type);
  const main = own.length > 0 ? own : [NEXT];
  const extra = [...used].filter((name) => !main.includes(name) && name !== "error");
  return [
    ...main.map((name) => ({ name, label: name === NEXT ? "" : name, isQuiet: false })),
    ...extra.map((name) => ({ name, label: name, isQuiet: false })),
    { name: "error", label: "error", isQuiet: !used.has("error") },
  ];
}

/** The port that a new wire leaves from when nobody chose one. */
export function defaultPort(step: Step, type: StepType | undefined): string {
  return ownPorts(step, type)[0] ?? NEXT;
}

function caseName(value: unknown): string {
  if (typeof value !== "object" || value === null || !("name" in value)) {
    return "";
  }
  return typeof value.name === "string" ? value.name.trim() : "";
}
