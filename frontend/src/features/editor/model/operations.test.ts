import { describe, expect, test } from "vitest";
import type { Definition } from "./definition";
import type { Operation } from "./operations";
import { apply } from "./operations";
import { catalogue, step, workflow } from "./testing";

const ids = (definition: Definition) => definition.steps.map((one) => one.id);
const waitsFor = (definition: Definition, id: string) =>
  definition.steps.find((one) => one.id === id)?.after ?? [];

describe("adding", () => {
  test("puts the step at the end and keeps its place", () => {
    const next = apply(workflow(step("a")), { kind: "add_step", step: step("b"), position: [10.4, 20.6] });

    expect(ids(next)).toEqual(["a", "b"]);
    expect(next.ui?.positions).toEqual({ b: [10, 21] });
  });

  test("can connect it in the same edit", () => {
    const connect = { from: "a", port: "next", to: "b" };
    const next = apply(workflow(step("a")), { kind: "add_step", step: step("b"), position: [0, 0], connect });

    expect(waitsFor(next, "b")).toEqual(["a"]);
  });

  test("refuses an id that is taken", () => {
    const before = workflow(step("a"));

    expect(apply(before, { kind: "add_step", step: step("a"), position: [0, 0] })).toBe(before);
  });

  test("keeps keys that it does not know", () => {
    const before = { ...workflow(step("a", { circuit_breaker: { threshold: 3 } })), x_team: "billing" };

    const next = apply(before, { kind: "add_step", step: step("b"), position: [0, 0] });

    expect(next.x_team).toBe("billing");
    expect(next.steps[0]?.circuit_breaker).toEqual({ threshold: 3 });
  });
});

describe("removing", () => {
  const chain = workflow(
    step("a"),
    step("b", { after: ["a"] }),
    step("c", { after: ["b", "b.error", "a"], compensate: "b" }),
  );

  test("takes every reference along", () => {
    const next = apply(chain, { kind: "remove_steps", ids: ["b"] });

    expect(ids(next)).toEqual(["a", "c"]);
    expect(next.steps[1]).toEqual(step("c", { after: ["a"] }));
  });

  test("can join the loose ends", () => {
    const next = apply(chain, { kind: "remove_steps", ids: ["b"], reconnect: true });

    expect(waitsFor(next, "c")).toEqual(["a"]);
  });

  test("takes the body of a container along", () => {
    const nested = workflow(
      step("each", { type: "loop" }),
      step("inner", { type: "loop", parent: "each" }),
      step("deep", { parent: "inner" }),
      step("out", { after: ["each"] }),
    );

    const next = apply(nested, { kind: "remove_steps", ids: ["each"] });

    expect(next.steps).toEqual([step("out")]);
  });

  test("forgets places and the start of triggers", () => {
    const before: Definition = {
      ...workflow(step("a"), step("b")),
      triggers: [{ id: "hook", type: "webhook", start_at: "a" }],
      ui: { positions: { a: [0, 0], b: [5, 5] }, notes: ["kept"] },
    };

    const next = apply(before, { kind: "remove_steps", ids: ["a"] });

    expect(next.triggers).toEqual([{ id: "hook", type: "webhook" }]);
    expect(next.ui).toEqual({ positions: { b: [5, 5] }, notes: ["kept"] });
  });

  test("leaves a document alone that has no such step", () => {
    expect(apply(chain, { kind: "remove_steps", ids: ["nobody"] })).toBe(chain);
  });

  test("takes steps and wires in one edit", () => {
    const next = apply(chain, {
      kind: "remove",
      ids: ["b"],
      connections: [{ from: "a", port: "next", to: "c" }],
    });

    expect(next.steps).toEqual([step("a"), step("c")]);
  });
});

describe("moving", () => {
  test("writes whole numbers and keeps other places", () => {
    const before: Definition = { ...workflow(step("a"), step("b")), ui: { positions: { a: [1, 1] } } };

    expect(apply(before, { kind: "move_steps", positions: { b: [3.7, 4.2] } }).ui?.positions).toEqual({
      a: [1, 1],
      b: [4, 4],
    });
  });

  test("is no edit when nothing moves", () => {
    const placed = apply(workflow(step("a")), { kind: "move_steps", positions: { a: [3, 4] } });

    expect(apply(placed, { kind: "move_steps", positions: { a: [3.2, 4.1] } })).toBe(placed);
  });
});

describe("connecting", () => {
  const pair = workflow(step("a"), step("b", { after: ["a"] }), step("c"));

  test("writes the port only when it is not next", () => {
    const once = apply(pair, { kind: "connect", connection: { from: "b", port: "next", to: "c" } });
    const twice = apply(once, { kind: "connect", connection: { from: "a", port: "error", to: "c" } });

    expect(waitsFor(twice, "c")).toEqual(["b", "a.error"]);
  });

  test.each([
    ["itself", { from: "a", port: "next", to: "a" }],
    ["a circle", { from: "b", port: "next", to: "a" }],
    ["what is connected already", { from: "a", port: "next", to: "b" }],
    ["a step that is not there", { from: "a", port: "next", to: "z" }],
  ])("refuses %s", (_case, connection) => {
    expect(apply(pair, { kind: "connect", connection })).toBe(pair);
  });

  test("refuses to cross the border of a container", () => {
    const nested = workflow(step("each", { type: "loop" }), step("inner", { parent: "each" }), step("out"));

    expect(apply(nested, { kind: "connect", connection: { from: "inner", port: "next", to: "out" } })).toBe(
      nested,
    );
  });

  test("sees `a` and `a.next` as the same wire", () => {
    const explicit = workflow(step("a"), step("b", { after: ["a.next"] }));

    const cut = apply(explicit, { kind: "disconnect", connections: [{ from: "a", port: "next", to: "b" }] });

    expect(cut.steps[1]).toEqual(step("b"));
  });

  test("cuts only the wire that was meant", () => {
    const before = workflow(step("a"), step("b", { after: ["a", "a.error"] }));

    const next = apply(before, { kind: "disconnect", connections: [{ from: "a", port: "error", to: "b" }] });

    expect(waitsFor(next, "b")).toEqual(["a"]);
  });
});

describe("splicing into a wire", () => {
  const pair = workflow(step("route", { type: "condition" }), step("end", { after: ["route.true"] }));
  const edge = { from: "route", port: "true", to: "end" };

  test("puts the new step between both ends", () => {
    const next = apply(pair, {
      kind: "splice_step",
      step: step("mid"),
      position: [0, 0],
      edge,
      port: "next",
    });

    expect(waitsFor(next, "mid")).toEqual(["route.true"]);
    expect(waitsFor(next, "end")).toEqual(["mid"]);
  });

  test("goes on by the port of the spliced step", () => {
    const before = workflow(...pair.steps, step("check", { type: "condition" }));

    const next = apply(before, { kind: "splice_existing", id: "check", edge, port: "true" });

    expect(waitsFor(next, "end")).toEqual(["check.true"]);
  });

  test("leaves everything as it is when it would make a circle", () => {
    const before = workflow(...pair.steps, step("late", { after: ["end"] }));

    expect(apply(before, { kind: "splice_existing", id: "late", edge, port: "next" })).toBe(before);
  });
});

describe("nesting", () => {
  const flat = workflow(
    step("a"),
    step("b", { after: ["a"] }),
    step("c", { after: ["b"] }),
    step("each", { type: "loop" }),
  );

  test("moves steps in and cuts the wires that would cross the border", () => {
    const next = apply(flat, {
      kind: "set_parent",
      ids: ["b", "c"],
      parent: "each",
      positions: { b: [40, 60] },
    });

    expect(next.steps.slice(1, 3)).toEqual([
      step("b", { parent: "each" }),
      step("c", { parent: "each", after: ["b"] }),
    ]);
    expect(next.ui?.positions).toEqual({ b: [40, 60] });
  });

  test("moves them out again", () => {
    const inside = apply(flat, { kind: "set_parent", ids: ["b"], parent: "each", positions: {} });

    const out = apply(inside, { kind: "set_parent", ids: ["b"], parent: null, positions: {} });

    expect(out.steps[1]).toEqual(step("b"));
  });

  test("never puts a container into itself or into its own body", () => {
    const nested = workflow(step("each", { type: "loop" }), step("inner", { type: "loop", parent: "each" }));

    const operation: Operation = { kind: "set_parent", ids: ["each"], parent: "inner", positions: {} };

    expect(apply(nested, operation)).toBe(nested);
    expect(apply(nested, { ...operation, parent: "each" })).toBe(nested);
  });
});

describe("fields", () => {
  test("sets and takes away an option of several steps", () => {
    const before = workflow(step("a"), step("b"));

    const off = apply(before, { kind: "update_step", ids: ["a", "b"], field: "enabled", value: false });
    const on = apply(off, { kind: "update_step", ids: ["a", "b"], field: "enabled", value: undefined });

    expect(off.steps.map((one) => one.enabled)).toEqual([false, false]);
    expect(on).toEqual(before);
  });

  test("is no edit when the value is the same", () => {
    const before = workflow(step("a", { config: { code: "1" } }));

    expect(apply(before, { kind: "update_config", id: "a", field: "code", value: "1" })).toBe(before);
  });

  test("writes config, settings and the document's own fields", () => {
    const first = apply(workflow(step("a")), { kind: "update_config", id: "a", field: "code", value: "x" });
    const second = apply(first, { kind: "update_settings", field: "timeout", value: 60 });
    const third = apply(second, { kind: "update_document", field: "description", value: "For the team" });

    expect(third).toEqual({
      ...workflow(step("a", { config: { code: "x" } })),
      settings: { timeout: 60 },
      description: "For the team",
    });
  });
});

describe("renaming an id", () => {
  const before: Definition = {
    ...workflow(
      step("fetch", { retry: { retries: 3 } }),
      step("ok", {
        type: "condition",
        after: ["fetch.done"],
        compensate: "fetch",
        config: { expression: 'fetch.rows and errors.fetch.message != "fetch"' },
      }),
      step("each", {
        type: "loop",
        after: ["ok.true", "fetch"],
        config: { items: "{{ fetch.rows }} of fetch" },
        cache: { key: "{{ fetch.id }}" },
      }),
      step("deep", {
        parent: "each",
        config: { language: "python", code: "result = fetch['rows']  # fetch it" },
      }),
      step("shell", { config: { language: "bash", code: "echo fetch" } }),
    ),
    triggers: [{ type: "webhook", start_at: "fetch" }],
    ui: { positions: { fetch: [1, 2] } },
  };
  const next = apply(before, { kind: "rename_step", from: "fetch", to: "load" }, catalogue);

  test("rewrites wires, triggers, compensations and places", () => {
    expect(next.steps[0]?.id).toBe("load");
    expect(waitsFor(next, "ok")).toEqual(["load.done"]);
    expect(waitsFor(next, "each")).toEqual(["ok.true", "load"]);
    expect(next.steps[1]?.compensate).toBe("load");
    expect(next.triggers?.[0]?.start_at).toBe("load");
    expect(next.ui?.positions).toEqual({ load: [1, 2] });
  });

  test("rewrites expressions, templates and Python code, and no text beside them", () => {
    expect(next.steps[1]?.config?.expression).toBe('load.rows and errors.load.message != "fetch"');
    expect(next.steps[2]?.config?.items).toBe("{{ load.rows }} of fetch");
    expect(next.steps[2]?.cache).toEqual({ key: "{{ load.id }}" });
    expect(next.steps[3]?.config?.code).toBe("result = load['rows']  # fetch it");
    expect(next.steps[4]?.config?.code).toBe("echo fetch");
  });

  test("leaves the variable alone when the step has one of its own", () => {
    const own = workflow(
      step("fetch", { output: "answer" }),
      step("ok", { type: "condition", config: { expression: "answer and steps.fetch.attempts > fetch" } }),
    );

    const renamed = apply(own, { kind: "rename_step", from: "fetch", to: "load" }, catalogue);

    expect(renamed.steps[1]?.config?.expression).toBe("answer and steps.load.attempts > fetch");
  });

  test("renames the parent of a body", () => {
    const renamed = apply(before, { kind: "rename_step", from: "each", to: "rows" }, catalogue);

    expect(renamed.steps[3]?.parent).toBe("rows");
  });

  test.each(["ok", "Not Good", ""])("refuses “%s”", (to) => {
    expect(apply(before, { kind: "rename_step", from: "fetch", to }, catalogue)).toBe(before);
  });
});

describe("the branches of a condition", () => {
  const cases = (...names: string[]) => names.map((name) => ({ name, expression: "x" }));
  const before = workflow(
    step("check", { type: "condition", config: { cases: cases("hot", "cold") } }),
    step("cool", { after: ["check.hot", "check.error"] }),
    step("heat", { after: ["check.cold"] }),
  );
  const afterOf = (...names: string[]) =>
    apply(
      before,
      { kind: "update_config", id: "check", field: "cases", value: cases(...names) },
      catalogue,
    ).steps.map(({ after }) => after);

  test("take their wires along when they get another name", () => {
    expect(afterOf("boiling", "cold")).toEqual([undefined, ["check.boiling", "check.error"], ["check.cold"]]);
  });

  test.each([
    ["trade places", ["cold", "hot"]],
    ["are fewer", ["cold"]],
    ["would become one", ["cold", "cold"]],
    ["would be called like a port of every step", ["done", "cold"]],
  ])("leave the wires as they are when they %s", (_what, names) => {
    expect(afterOf(...names)).toEqual([undefined, ["check.hot", "check.error"], ["check.cold"]]);
  });
});
