import { expect, test } from "vitest";
import { innermostFailure } from "@/shared/lib/innermost-failure";

const run = (path: string, status = "failed", continued = false) => ({ path, status, continued });

test("a failed loop is explained by the step in it that failed", () => {
  const runs = [run("each"), run("each[0].share", "success"), run("each[1].share")];

  expect(innermostFailure(runs)?.path).toBe("each[1].share");
});

test("a failure that the flow went on after is not what broke the job", () => {
  expect(innermostFailure([run("each[0].share", "failed", true), run("out")])?.path).toBe("out");
});

test("a job in which nothing failed has none", () => {
  expect(innermostFailure([run("a", "success"), run("b", "cancelled")])).toBeUndefined();
});
