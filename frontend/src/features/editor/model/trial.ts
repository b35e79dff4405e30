import type { Definition, Step } from "./definition";
import { findStep, outputName } from "./definition";
import { visibleSteps } from "./graph";

/** What is known of a step's result, as far as running another step needs it. */
export type KnownRun = {
  step: string;
  status: string;
  output: unknown;
  isTrial: boolean;
  continued: boolean;
};

type Known = { runs: readonly KnownRun[]; input: Record<string, unknown> | null };

/** The variables for running a step alone, beside those of a job: results of steps run alone, and sample input. */
export function trialContext(definition: Definition, step: string, { runs, input }: Known) {
  const visible = visibleSteps(definition, step);
  const results = runs.filter((run) => run.isTrial && visible.has(run.step) && isWhole(run.output));
  const names = results.map((run) => {
    const source = findStep(definition, run.step);
    return [source ? outputName(source) : run.step, run.output];
  });
  return {
    ...(input ? { ...inputDefaults(definition), ...input, input } : {}),
    ...Object.fromEntries(names),
  };
}

/** The steps before this one that have neither a result nor a pinned output. */
export function missingResults(definition: Definition, step: string, runs: readonly KnownRun[]): string[] {
  const having = new Set(runs.filter(hasResult).map((run) => run.step));
  return [...visibleSteps(definition, step)].filter((id) => {
    const source = findStep(definition, id);
    return source !== undefined && !having.has(id) && source.enabled !== false && !isPinned(source);
  });
}

export function isPinned(step: Step): boolean {
  return step.pinned_output !== undefined && step.pinned_output !== null;
}

function hasResult({ status, continued }: KnownRun): boolean {
  return status === "success" || status === "skipped" || (status === "failed" && continued);
}

/** A very large result is here only as a reference to a job that is gone. */
function isWhole(output: unknown): boolean {
  return !(typeof output === "object" && output !== null && "$ref" in output);
}

function inputDefaults(definition: Definition): Record<string, unknown> {
  const properties = definition.inputs?.properties;
  const fields = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
  return Object.fromEntries(
    fields.flatMap(([name, field]) =>
      typeof field === "object" && field !== null && "default" in field ? [[name, field.default]] : [],
    ),
  );
}
