import type { StepRun } from "@/shared/api/schemas";

export const STEPS_PAGE = 100;

export type StepFilter = { text: string; status: "" | StepRun["status"] };

/** The steps that a person looks for: by name, id or path, and by how they ended. */
export function matching(steps: readonly StepRun[], { text, status }: StepFilter): readonly StepRun[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted && !status) return steps;
  return steps.filter(
    (step) =>
      (!status || step.status === status) &&
      (!wanted || `${step.name ?? ""}\n${step.path}`.toLowerCase().includes(wanted)),
  );
}

/** The page, counted from 1, on which a step stands; the first if it stands on none. */
export function pageOfStep(steps: readonly StepRun[], path: string | null): number {
  const place = steps.findIndex((step) => step.path === path);
  return place < 0 ? 1 : Math.floor(place / STEPS_PAGE) + 1;
}
