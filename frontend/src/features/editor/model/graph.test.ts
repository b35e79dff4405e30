import { describe, expect, test } from "vitest";
import {
  ancestors,
  connectProblem,
  descendants,
  edgeId,
  edgesOf,
  entrySteps,
  parseEdgeId,
  visibleSteps,
} from "./graph";
import { defaultPort, ownPorts, portsOf } from "./ports";
import { catalogue, step, workflow } from "./testing";

const nested = workflow(
  step("a"),
  step("each", { type: "loop", after: ["a.done"] }),
  step("x", { parent: "each" }),
  step("y", { parent: "each", after: ["x", "gone"] }),
  step("end", { after: ["each", "each.error"] }),
  step("undo_a"),
  step("b", { compensate: "undo_a" }),
);

describe("graph", () => {
  test("wires come from `after`, without those to nobody", () => {
    expect(edgesOf(nested).map((edge) => edge.id)).toEqual([
      "a.done->each",
      "x.next->y",
      "each.next->end",
      "each.error->end",
    ]);
  });

  test("a wire's id can be read back", () => {
    const edge = { from: "route", port: "case.one", to: "end" };

    expect(parseEdgeId(edgeId(edge))).toEqual(edge);
    expect(parseEdgeId("nonsense")).toBeNull();
  });

  test("knows what is inside and what is before", () => {
    expect(descendants(nested, "each")).toEqual(new Set(["x", "y"]));
    expect(ancestors(nested, "end")).toEqual(new Set(["each", "a"]));
  });

  test("a step in a body sees what came before its container", () => {
    expect(visibleSteps(nested, "y")).toEqual(new Set(["x", "gone", "a"]));
  });

  test("entry steps wait for nothing and undo nothing", () => {
    expect(entrySteps(nested, null).map((one) => one.id)).toEqual(["a", "b"]);
    expect(entrySteps(nested, "each").map((one) => one.id)).toEqual(["x"]);
  });

  test("says why two steps cannot be connected", () => {
    expect(connectProblem(nested, { from: "end", port: "next", to: "a" })).toContain("circle");
    expect(connectProblem(nested, { from: "x", port: "next", to: "end" })).toContain("same place");
    expect(connectProblem(nested, { from: "a", port: "next", to: "a" })).toContain("itself");
    expect(connectProblem(nested, { from: "a", port: "next", to: "end" })).toBeNull();
  });

  test("an old circle in the document does not hang anything", () => {
    const circle = workflow(
      step("a", { after: ["b"], parent: "b" }),
      step("b", { after: ["a"], parent: "a" }),
    );

    expect(ancestors(circle, "a")).toEqual(new Set(["a", "b"]));
    expect(descendants(circle, "a")).toEqual(new Set(["a", "b"]));
    expect(visibleSteps(circle, "a").size).toBe(2);
  });
});

describe("ports", () => {
  const condition = catalogue.get("condition");
  const names = (config: Record<string, unknown>) =>
    ownPorts(step("c", { type: "condition", config }), condition);

  test("of a condition follow its config", () => {
    expect(names({ expression: "a" })).toEqual(["true", "false"]);
    expect(names({ cases: [{ name: "big" }, { name: "small" }] })).toEqual(["big", "small", "else"]);
    expect(names({ switch: "kind" })).toEqual(["else"]);
    expect(names({ cases: [{ name: " " }, null, { name: "big" }, { name: "big" }] })).toEqual([
      "big",
      "else",
    ]);
  });

  test("a step without its own has next, and a quiet error", () => {
    expect(portsOf(step("a"), catalogue.get("script"), new Set())).toEqual([
      { name: "next", label: "", isQuiet: false },
      { name: "error", label: "error", isQuiet: true },
    ]);
  });

  test("a used port is shown even when the type no longer has it", () => {
    const shown = portsOf(step("c", { type: "condition" }), condition, new Set(["gone", "error"]));

    expect(shown.map((port) => port.name)).toEqual(["true", "false", "gone", "error"]);
    expect(shown.at(-1)?.isQuiet).toBe(false);
  });

  test("a new wire leaves by the first own port", () => {
    expect(defaultPort(step("c"), condition)).toBe("true");
    expect(defaultPort(step("a"), undefined)).toBe("next");
  });
});
