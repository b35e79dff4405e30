type Outcome = { path: string; status: string; continued?: boolean | null | undefined };

/** Where a failed job broke: of all that failed the innermost, since a loop fails with what is in it. */
export function innermostFailure<T extends Outcome>(runs: readonly T[]): T | undefined {
  const depth = (run: T) => run.path.split(".").length;
  const failed = runs.filter((run) => run.status === "failed" && !run.continued);
  return failed.sort((one, other) => depth(other) - depth(one))[0];
}
