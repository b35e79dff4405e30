import { expect, test } from "vitest";
import type { Definition } from "./definition";
import { outlineMove, outlineOf } from "./outline";

const step = (id: string, after: string[] = [], parent: string | null = null) => ({
  id,
  type: "transform",
  after,
  parent,
});
const DEFINITION: Definition = {
  stepgraph: 1,
  name: "Flow",
  steps: [
    step("last", ["loop", "check.false"]),
    step("check"),
    step("loop", ["check.true"]),
    step("two", ["one"], "loop"),
    step("one", [], "loop"),
  ],
};

test("steps are read after what they wait for, and the inside of a container right after it", () => {
  const rows = outlineOf(DEFINITION);

  expect(rows.map(({ step, level, position, size }) => [step.id, level, position, size])).toEqual([
    ["check", 1, 1, 3],
    ["loop", 1, 2, 3],
    ["one", 2, 1, 2],
    ["two", 2, 2, 2],
    ["last", 1, 3, 3],
  ]);
  expect(rows.at(-1)?.after).toEqual([
    { title: "loop", port: "" },
    { title: "check", port: "false" },
  ]);
});

test.each([
  ["check", "ArrowDown", "loop"],
  ["check", "ArrowUp", "check"],
  ["loop", "ArrowRight", "one"],
  ["two", "ArrowLeft", "loop"],
  ["one", "Home", "check"],
  ["one", "End", "last"],
  ["one", "a", undefined],
  ["gone", "ArrowDown", "check"],
])("from %s the key %s leads to %s", (from, key, to) => {
  expect(outlineMove(outlineOf(DEFINITION), { from, key })).toBe(to);
});

test("a circle is read once", () => {
  const circle = { ...DEFINITION, steps: [step("a", ["b"]), step("b", ["a"])] };

  expect(outlineOf(circle).map((row) => row.step.id)).toEqual(["a", "b"]);
});
