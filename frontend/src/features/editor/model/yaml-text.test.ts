import { describe, expect, test } from "vitest";
import type { Definition } from "./definition";
import { step, workflow } from "./testing";
import { fromYaml, toYaml } from "./yaml-text";

const definition: Definition = {
  ...workflow(step("a", { config: { code: "x = 1\nresult = x\n" } }), step("b", { after: ["a"] })),
  ui: { positions: { a: [1, 2] } },
};

describe("YAML", () => {
  test("shows code as a block, and no places", () => {
    const text = toYaml(definition);

    expect(text).toContain("code: |\n");
    expect(text).not.toContain("positions");
  });

  test("comes back as the same document with its places", () => {
    expect(fromYaml(toYaml(definition), definition)).toEqual({ kind: "definition", definition });
  });

  test.each([
    ["steps:\n  - id: a\n    type: [script\n", 4],
    ["name: X\nsteps:\n  - id: a\n    type: 5\n", 4],
    ["steps: text\n", 1],
  ])("says in which line something is wrong: %j", (text, line) => {
    expect(fromYaml(text, definition)).toMatchObject({ kind: "problem", line });
  });
});
