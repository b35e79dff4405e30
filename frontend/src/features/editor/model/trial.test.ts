import { describe, expect, it } from "vitest";
import type { Definition } from "./definition";
import type { KnownRun } from "./trial";
import { missingResults, trialContext } from "./trial";

const definition: Definition = {
  stepgraph: 1,
  name: "Test",
  inputs: {
    type: "object",
    properties: { region: { type: "string", default: "eu" }, size: { type: "number" } },
  },
  steps: [
    { id: "load", type: "script", output: "rows" },
    { id: "pinned", type: "script", pinned_output: [1] },
    { id: "off", type: "script", enabled: false },
    { id: "use", type: "transform", after: ["load", "pinned", "off"] },
    { id: "later", type: "transform", after: ["use"] },
  ],
};
const run = (step: string, more: Partial<KnownRun> = {}): KnownRun => ({
  step,
  status: "success",
  output: [step],
  isTrial: true,
  continued: false,
  ...more,
});

describe("trialContext", () => {
  it("takes results of earlier steps by the name of their variable, and sample input over its defaults", () => {
    const runs = [run("load"), run("later"), run("pinned", { output: { $ref: "value:1" } })];

    const context = trialContext(definition, "use", { runs, input: { size: 2 } });

    expect(context).toEqual({ region: "eu", size: 2, input: { size: 2 }, rows: ["load"] });
  });

  it("leaves to a job what it knows better", () => {
    expect(trialContext(definition, "use", { runs: [run("load", { isTrial: false })], input: null })).toEqual(
      {},
    );
  });
});

describe("missingResults", () => {
  it("asks neither pinned nor disabled steps for a result", () => {
    expect(missingResults(definition, "use", [])).toEqual(["load"]);
    expect(missingResults(definition, "use", [run("load", { status: "failed" })])).toEqual(["load"]);
    expect(missingResults(definition, "use", [run("load", { status: "failed", continued: true })])).toEqual(
      [],
    );
  });
});
