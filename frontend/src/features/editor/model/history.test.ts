import { expect, test } from "vitest";
import { commit, redo, startHistory, undo } from "./history";

test("undo and redo walk through the edits", () => {
  const edited = commit(commit(startHistory("a"), "b", { now: 1 }), "c", { now: 2 });

  expect(undo(edited).present).toBe("b");
  expect(undo(undo(edited)).present).toBe("a");
  expect(redo(undo(undo(edited))).present).toBe("b");
});

test("nothing happens at the ends", () => {
  const fresh = startHistory("a");

  expect(undo(fresh)).toBe(fresh);
  expect(redo(fresh)).toBe(fresh);
});

test("an edit after undo ends the other future", () => {
  const edited = commit(undo(commit(startHistory("a"), "b", { now: 1 })), "c", { now: 2 });

  expect(edited.future).toEqual([]);
  expect(undo(edited).present).toBe("a");
});

test("the same document is no edit", () => {
  const fresh = startHistory("a");

  expect(commit(fresh, "a", { now: 1 })).toBe(fresh);
});

test("typing in one field is one entry", () => {
  let typed = startHistory("");
  for (const [index, text] of ["h", "he", "hey"].entries()) {
    typed = commit(typed, text, { coalesceKey: "name", now: 100 * index });
  }

  expect(typed.present).toBe("hey");
  expect(undo(typed).present).toBe("");
});

test("another field, a pause, or undo begins a new entry", () => {
  const first = commit(startHistory(""), "a", { coalesceKey: "name", now: 0 });

  expect(undo(commit(first, "b", { coalesceKey: "url", now: 10 })).present).toBe("a");
  expect(undo(commit(first, "b", { coalesceKey: "name", now: 60_000 })).present).toBe("a");
  expect(undo(commit(redo(undo(first)), "b", { coalesceKey: "name", now: 20 })).present).toBe("a");
});

test("the past does not grow without end", () => {
  let long = startHistory(0);
  for (let number = 1; number <= 500; number += 1) {
    long = commit(long, number, { now: number });
  }

  expect(long.past.length).toBe(200);
});
