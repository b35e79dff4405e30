import { describe, expect, test } from "vitest";
import { absolutePosition, containerAt, FRAME_HEADER, insideFrame, sizesOf } from "./geometry";
import { freeId, idProblem, toId } from "./ids";
import { layout, withAllPositions } from "./layout";
import { newStep } from "./new-step";
import { RESERVED_NAMES } from "./reserved-names";
import { catalogue, step, stepType, workflow } from "./testing";

const options = {
  isContainer: (one: { type: string }) => one.type === "loop",
  portCount: () => 1,
  portNames: () => ["true", "false", "error"],
};
const flow = workflow(
  step("a"),
  step("each", { type: "loop", after: ["a"] }),
  step("x", { parent: "each" }),
  step("y", { parent: "each", after: ["x"] }),
  step("end", { after: ["each"] }),
);

describe("layout", () => {
  test("goes from left to right, in bodies too", () => {
    const places = layout(flow, options);
    const left = (id: string) => places[id]?.[0] ?? Number.NaN;

    expect(left("a")).toBeLessThan(left("each"));
    expect(left("each")).toBeLessThan(left("end"));
    expect(left("x")).toBeLessThan(left("y"));
  });

  test("puts what follows a branch in the order of the branches, whatever the order of the steps", () => {
    const branched = workflow(
      step("ok", { type: "condition" }),
      step("no", { after: ["ok.false"] }),
      step("yes", { after: ["ok.true"] }),
      step("end", { after: ["no", "yes"] }),
    );

    const places = layout(branched, options);

    expect(places.yes?.[0]).toBe(places.no?.[0]);
    expect(places.yes?.[1]).toBeLessThan(places.no?.[1] ?? Number.NaN);
  });

  test("leaves room for the frame's header and makes the frame hold its body", () => {
    const placed = withAllPositions(flow, options);
    const frame = sizesOf(placed, options).get("each");
    const [x, y] = placed.ui?.positions?.y ?? [0, 0];

    expect(y).toBeGreaterThanOrEqual(FRAME_HEADER);
    expect(frame?.width).toBeGreaterThan(x + 200);
  });

  test("does not move what has its place", () => {
    const placed = withAllPositions({ ...flow, ui: { positions: { a: [7, 9] } } }, options);

    expect(placed.ui?.positions?.a).toEqual([7, 9]);
    expect(Object.keys(placed.ui?.positions ?? {}).sort()).toEqual(["a", "each", "end", "x", "y"]);
    expect(withAllPositions(placed, options)).toBe(placed);
  });

  test("finds the innermost container under a point", () => {
    const placed = withAllPositions(flow, options);
    const sizes = sizesOf(placed, options);
    const [x, y] = absolutePosition(placed, "y");
    const query = { sizes, isContainer: options.isContainer, except: new Set<string>() };

    expect(containerAt(placed, { ...query, point: [x + 5, y + 5] })).toBe("each");
    expect(containerAt(placed, { ...query, point: [-500, 0] })).toBeNull();
    expect(containerAt(placed, { ...query, point: [x + 5, y + 5], except: new Set(["each"]) })).toBeNull();
  });

  test("keeps steps off a frame's header", () => {
    expect(insideFrame([-20, 0])).toEqual([32, 64]);
    expect(insideFrame([200, 300])).toEqual([200, 300]);
  });
});

describe("ids", () => {
  test.each([
    ["HTTP request", "http_request"],
    ["Țară & Oraș", "tara_oras"],
    ["2nd step", "step_2nd_step"],
    ["", "step"],
  ])("%s → %s", (text, id) => {
    expect(toId(text)).toBe(id);
  });

  test("count up when taken", () => {
    expect(freeId("fetch", new Set(["fetch", "fetch_2"]))).toBe("fetch_3");
    expect(freeId("fetch_2", new Set(["fetch_2"]))).toBe("fetch_3");
  });

  test("say what is wrong with them", () => {
    expect(idProblem(flow, { current: "a", next: "end" })).toContain("already");
    expect(idProblem(flow, { current: "a", next: "9" })).toContain("letter");
    expect(idProblem(flow, { current: "a", next: "a" })).toBeNull();
  });
});

describe("a new step", () => {
  test("has a free id, a readable name and what its schema requires", () => {
    const type = stepType("api", {
      label: "HTTP request",
      schema: {
        required: ["method", "url"],
        properties: { method: { enum: ["GET"], default: "GET" }, url: {} },
      },
    });

    const made = newStep(workflow(step("api", { type: "api" })), type, "each");

    expect(made).toEqual({
      id: "api_2",
      name: "HTTP request 2",
      type: "api",
      parent: "each",
      config: { method: "GET" },
    });
  });

  test("of a script comes with code to start from", () => {
    const type = catalogue.get("script");

    expect(type && newStep(workflow(), type).config).toMatchObject({ language: "python" });
  });
});

describe("reserved names", () => {
  test.each([...RESERVED_NAMES])("no new step of a type “%s” gets it as its id", (name) => {
    const type = stepType(name, { label: "Some step" });

    const first = newStep(workflow(), type);
    const second = newStep(workflow(first), type);

    expect(RESERVED_NAMES.has(first.id)).toBe(false);
    expect(first.id).toMatch(/^[a-z][a-z0-9_]*$/);
    expect([first.name, second.name]).toEqual(["Some step", "Some step 2"]);
  });

  test("are refused when typed, unless the result is kept elsewhere", () => {
    const kept = workflow(step("each"), step("rows", { output: "found" }));

    expect(idProblem(kept, { current: "each", next: "loop" })).toContain("meaning of its own");
    expect(idProblem(kept, { current: "rows", next: "loop" })).toBeNull();
  });
});
