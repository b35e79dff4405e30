import { describe, expect, test } from "vitest";
import type { Definition } from "./definition";
import { copySteps, parseStepsText, pastedIds } from "./edit-paste";
import type { Operation } from "./operations";
import { apply } from "./operations";
import { catalogue, step, workflow } from "./testing";

const source: Definition = {
  ...workflow(
    step("start"),
    step("fetch", { after: ["start"] }),
    step("ok", { type: "condition", after: ["fetch.done"], config: { expression: "fetch and start" } }),
    step("each", { type: "loop", after: ["ok.true"] }),
    step("inner", { parent: "each" }),
  ),
  ui: {
    positions: { fetch: [100, 50], each: [300, 50], inner: [40, 70] },
  },
};

function copied(...ids: string[]) {
  const content = parseStepsText(copySteps(source, ids));
  if (!content) {
    throw new Error("The copy could not be read back.");
  }
  return content;
}

describe("copying", () => {
  test("takes the body of a container along", () => {
    expect(copied("each").steps.map((one) => one.id)).toEqual(["each", "inner"]);
  });

  test.each(["", "hello", "{}", '{"steps": []}', '{"steps": [{"id": 1}]}'])("does not read %j", (text) => {
    expect(parseStepsText(text)).toBeNull();
  });

  test("reads a whole workflow document", () => {
    expect(parseStepsText(JSON.stringify(source))?.positions).toEqual(source.ui?.positions);
  });
});

describe("pasting", () => {
  test("gives free ids and keeps references among the copies", () => {
    const next = apply(
      source,
      { kind: "paste", content: copied("fetch", "ok"), offset: [40, 40] },
      catalogue,
    );

    expect(next.steps.slice(5)).toEqual([
      step("fetch_2"),
      step("ok_2", {
        type: "condition",
        after: ["fetch_2.done"],
        config: { expression: "fetch_2 and start" },
      }),
    ]);
    expect(next.ui?.positions?.fetch_2).toEqual([140, 90]);
  });

  test("shifts only the outermost steps", () => {
    const next = apply(source, { kind: "paste", content: copied("each"), offset: [40, 40] }, catalogue);

    expect(next.steps.at(-1)).toEqual(step("inner_2", { parent: "each_2" }));
    expect(next.ui?.positions?.each_2).toEqual([340, 90]);
    expect(next.ui?.positions?.inner_2).toEqual([40, 70]);
  });

  test("keeps the ids in another workflow", () => {
    const next = apply(workflow(), { kind: "paste", content: copied("fetch"), offset: [0, 0] }, catalogue);

    expect(next.steps).toEqual([step("fetch")]);
  });

  test("can go into a container", () => {
    const operation: Operation = { kind: "paste", content: copied("fetch"), offset: [0, 0], parent: "each" };

    expect(apply(source, operation, catalogue).steps.at(-1)?.parent).toBe("each");
  });

  test("gives a copy a variable of its own", () => {
    const named = workflow(step("fetch", { output: "answer" }), step("use", { config: { code: "answer" } }));
    const content = parseStepsText(copySteps(named, ["fetch", "use"]));

    const next = content && apply(named, { kind: "paste", content, offset: [0, 0] }, catalogue);

    expect(next?.steps.slice(2)).toEqual([
      step("fetch_2", { output: "answer_2" }),
      step("use_2", { config: { code: "answer_2" } }),
    ]);
  });

  test("says the new ids beforehand", () => {
    expect(pastedIds(source, copied("fetch", "ok"))).toEqual(["fetch_2", "ok_2"]);
  });
});

test("pasting gives no step and no result a reserved name", () => {
  const steps = [step("loop", { type: "loop" }), step("rows", { output: "input" })];
  const after = apply(
    workflow(),
    { kind: "paste", content: { steps, positions: {} }, offset: [0, 0] },
    catalogue,
  );

  expect(after.steps.map(({ id, output }) => [id, output])).toEqual([
    ["loop_1", undefined],
    ["rows", "input_1"],
  ]);
});
