import { expect, it } from "vitest";
import type { Definition } from "./definition";
import { sampleValues } from "./sample-values";

const definition: Definition = {
  stepgraph: 1,
  name: "Test",
  steps: [
    { id: "load", type: "script", output: "rows" },
    { id: "big", type: "script" },
    { id: "each", type: "loop", after: ["load", "big"], config: { items: "{{ rows.list }}", item: "row" } },
    { id: "kept", type: "script", parent: "each", pinned_output: "pinned" },
    { id: "use", type: "script", parent: "each", after: ["kept"] },
    { id: "later", type: "script", after: ["each"] },
  ],
};
const run = (step: string, output: unknown, isTrial = false) => ({
  step,
  path: step,
  status: "success",
  output,
  isTrial,
  continued: false,
});

it("knows results, pinned outputs, input and the first pass of the loop around", () => {
  const runs = [
    run("load", { list: [1, 2] }),
    run("load", { list: [{ n: 1 }] }, true),
    run("big", { $ref: "value:1", size: 9, preview: "" }),
    run("later", 3),
  ];

  const values = sampleValues(definition, "use", { job: null, runs, input: { region: "eu" } });

  expect(values).toEqual({
    region: "eu",
    input: { region: "eu" },
    rows: { list: [{ n: 1 }] },
    kept: "pinned",
    item: { n: 1 },
    row: { n: 1 },
    index: 0,
    item_index: 0,
    row_index: 0,
    loop: { index: 0, first: true, last: true, length: 1, errors: [] },
  });
});
