import { expect, test } from "vitest";
import { definitionSchema } from "@/features/editor/model/definition";
import { namesInScope } from "@/features/editor/model/scope";

const definition = definitionSchema.parse({
  name: "Orders",
  inputs: { type: "object", properties: { region: { type: "string" } } },
  steps: [
    { id: "fetch", type: "api", name: "Fetch orders", output: "orders" },
    { id: "each", type: "loop", after: ["fetch"], config: { items: "{{ orders }}", item: "order" } },
    { id: "price", type: "transform", parent: "each" },
    { id: "store", type: "transform", parent: "each", after: ["price"] },
    { id: "report", type: "output", after: ["each"] },
  ],
});

function labels(step: string, values: unknown = {}): string[] {
  return namesInScope(definition, { step, values }).map((name) => name.label);
}

test("the job's input and what a webhook brings can be named everywhere", () => {
  expect(labels("fetch")).toEqual(expect.arrayContaining(["region", "input", "webhook_payload"]));
});

test("the results of steps before can be named, those of later steps and its own cannot", () => {
  expect(labels("each")).toContain("orders");
  expect(labels("each")).not.toContain("report");
  expect(labels("each")).not.toContain("each");
});

test("inside a loop its variables come first, outside there are none", () => {
  expect(labels("store").slice(0, 3)).toEqual(["order", "order_index", "order_last"]);
  expect(labels("store")).toEqual(expect.arrayContaining(["price", "orders"]));
  expect(labels("report")).not.toContain("order");
});

test("the fields that a variable had in the shown job are offered with it", () => {
  const values = { orders: { total: 3, "not a name": 1 }, other: { x: 1 } };

  expect(labels("report", values)).toContain("orders.total");
  expect(labels("report", values)).not.toContain("orders.not a name");
  expect(labels("report", values)).not.toContain("other.x");
});

test("no name is offered twice", () => {
  expect(labels("store")).toEqual([...new Set(labels("store"))]);
});
