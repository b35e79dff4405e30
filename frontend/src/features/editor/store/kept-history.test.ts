import { describe, expect, test } from "vitest";
import { commit, startHistory } from "@/features/editor/model/history";
import { step, workflow } from "@/features/editor/model/testing";
import { takenUp, toKept } from "@/features/editor/store/kept-history";

const first = workflow(step("a", { config: { x: 1, y: 2 } }));
const second = workflow(step("a", { config: { y: 2, x: 1 } }), step("b"));
const history = commit(startHistory(first), second, { now: 0 });

describe("history across reloads", () => {
  test("goes on when the draft is the same, whatever the order of its keys", () => {
    const stored: unknown = JSON.parse(JSON.stringify(toKept(history)));

    const found = takenUp(stored, workflow(step("a", { config: { x: 1, y: 2 } }), step("b")));

    expect(found?.past).toEqual([first]);
  });

  test("is forgotten when somebody else has changed the draft", () => {
    expect(takenUp(toKept(history), workflow(step("c")))).toBeNull();
  });

  test.each([[undefined], [{ past: "x" }], [42]])("%j is no history", (stored) => {
    expect(takenUp(stored, second)).toBeNull();
  });

  test("only the last edits are kept", () => {
    const long = { ...history, past: Array.from({ length: 80 }, () => first) };

    expect(toKept(long).past.length).toBe(50);
  });
});
