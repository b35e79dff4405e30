import { describe, expect, test } from "vitest";
import type { Definition, Step } from "./definition";
import type { Side } from "./merge";
import { mergeDefinitions } from "./merge";
import { step, workflow } from "./testing";

const base: Definition = {
  ...workflow(
    step("fetch", { name: "Fetch", config: { url: "https://a.example", method: "GET" } }),
    step("use", { after: ["fetch"], config: { code: "result = 1" } }),
    step("old"),
  ),
  ui: { positions: { fetch: [0, 0], use: [300, 0], old: [600, 0] } },
};

function edited(
  change: (steps: Record<string, Step>) => (Step | undefined)[],
  fields: Partial<Definition> = {},
) {
  const steps = Object.fromEntries(base.steps.map((one) => [one.id, one]));
  return { ...base, ...fields, steps: change(steps).filter((one) => one !== undefined) };
}
const config = (one: Step | undefined, values: Record<string, unknown>): Step => ({
  ...step(one?.id ?? ""),
  ...one,
  config: { ...one?.config, ...values },
});
const merge = (mine: Definition, theirs: Definition, choices: Record<string, Side> = {}) =>
  mergeDefinitions({ base, mine, theirs }, choices);
const find = (definition: Definition, id: string) => definition.steps.find((one) => one.id === id);

describe("merging drafts", () => {
  test("takes what only one side changed, also in the same step", () => {
    const mine = edited(({ fetch, use, old }) => [config(fetch, { url: "https://mine.example" }), use, old]);
    const theirs = edited(({ fetch, use, old }) => [config(fetch, { method: "POST" }), use, old], {
      name: "Renamed",
    });

    const { definition, conflicts } = merge(mine, theirs);

    expect(conflicts).toEqual([]);
    expect(definition.name).toBe("Renamed");
    expect(find(definition, "fetch")?.config).toEqual({ url: "https://mine.example", method: "POST" });
  });

  test("keeps steps that either side added, and drops those that either removed", () => {
    const mine = edited(({ fetch, use, old }) => [fetch, step("mine"), use, old]);
    const theirs = edited(({ fetch, use }) => [fetch, use, step("theirs")]);

    const { definition, conflicts } = merge(mine, theirs);

    expect(conflicts).toEqual([]);
    expect(definition.steps.map((one) => one.id)).toEqual(["fetch", "mine", "use", "theirs"]);
  });

  test("joins wires of both sides", () => {
    const mine = edited(({ fetch, use, old }) => [
      fetch,
      { ...step("use"), ...use, after: ["fetch", "old"] },
      old,
    ]);
    const theirs = edited(({ fetch, use, old }) => [
      fetch,
      { ...step("use"), ...use, after: ["fetch.done"] },
      old,
    ]);

    const { definition, conflicts } = merge(mine, theirs);

    expect(conflicts).toEqual([]);
    expect(find(definition, "use")?.after).toEqual(["fetch.done", "old"]);
  });

  test("a place that both changed is a conflict, decided by a choice", () => {
    const mine = edited(({ fetch, use, old }) => [config(fetch, { url: "mine" }), use, old]);
    const theirs = edited(({ fetch, use, old }) => [config(fetch, { url: "theirs" }), use, old]);

    const { conflicts } = merge(mine, theirs);
    const chosen = merge(mine, theirs, { "steps.fetch.config.url": "theirs" });

    expect(conflicts).toEqual([
      {
        place: "steps.fetch.config.url",
        owner: "Fetch",
        field: "config.url",
        mine: "mine",
        theirs: "theirs",
      },
    ]);
    expect(find(chosen.definition, "fetch")?.config?.url).toBe("theirs");
  });

  test.each<[Side, boolean]>([
    ["mine", false],
    ["theirs", true],
  ])("removed here, changed there: %s", (side, isKept) => {
    const mine = edited(({ fetch, use }) => [fetch, use]);
    const theirs = edited(({ fetch, use, old }) => [fetch, use, { ...step("old"), ...old, name: "Needed" }]);

    const { definition, conflicts } = merge(mine, theirs, { "steps.old": side });

    expect(conflicts.map((one) => one.place)).toEqual(["steps.old"]);
    expect(Boolean(find(definition, "old"))).toBe(isKept);
  });

  test("an option that one side took away stays away", () => {
    const withTimeout = edited(({ fetch, use, old }) => [
      { ...step("fetch"), ...fetch, timeout: 5 },
      use,
      old,
    ]);

    const { definition } = mergeDefinitions({ base: withTimeout, mine: base, theirs: withTimeout });

    expect(find(definition, "fetch")).not.toHaveProperty("timeout");
  });

  test("places: what I moved stays where I put it", () => {
    const mine: Definition = { ...base, ui: { positions: { ...base.ui?.positions, use: [9, 9] } } };
    const theirs: Definition = { ...base, ui: { positions: { fetch: [1, 1], use: [5, 5] } } };

    const { definition, conflicts } = merge(mine, theirs);

    expect(conflicts).toEqual([]);
    expect(definition.ui?.positions).toEqual({ fetch: [1, 1], use: [9, 9], old: [600, 0] });
  });

  test("the order of keys is no difference", () => {
    const theirs = edited(({ fetch, use, old }) => [
      { ...step("fetch"), ...fetch, config: { method: "GET", url: "https://a.example" } },
      use,
      old,
    ]);

    expect(merge(base, theirs).conflicts).toEqual([]);
  });
});
