import type { Problem } from "@/shared/api/errors";
import type { Definition } from "./definition";

/** The step that a problem is about, from its own word or from its path. */
export function stepOfProblem(definition: Definition, problem: Problem): string | null {
  if (problem.step && definition.steps.some((step) => step.id === problem.step)) {
    return problem.step;
  }
  const index = /^steps\[(\d+)\]/.exec(problem.path)?.[1];
  return index === undefined ? null : (definition.steps[Number(index)]?.id ?? null);
}

/** What is wrong with each step, in words. */
export function problemsByStep(definition: Definition, problems: readonly Problem[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const problem of problems) {
    const id = stepOfProblem(definition, problem);
    if (id !== null) {
      found.set(id, [...(found.get(id) ?? []), problem.message]);
    }
  }
  return found;
}

/** The part of the path below the step: `config.url`, `retry.delay`. */
export function fieldOfProblem(problem: Problem): string {
  return problem.path.replace(/^steps\[\d+\]\.?/, "");
}

/** What is wrong with one field, or with anything inside it; one text, empty when nothing is. */
export function problemAt(problems: readonly Problem[], field: string): string {
  return problems
    .filter((problem) => {
      const path = fieldOfProblem(problem);
      return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
    })
    .map((problem) => [problem.message, problem.hint].filter(Boolean).join(" "))
    .join("\n");
}
