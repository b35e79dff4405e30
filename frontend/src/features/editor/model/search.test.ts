import { describe, expect, test } from "vitest";
import { searchDocument } from "./search";
import { step, workflow } from "./testing";

const definition = {
  ...workflow(
    step("fetch", { name: "Fetch orders", config: { url: "https://api.example.com/orders" } }),
    step("total", { config: { code: "result = sum(line['total'] for line in fetch.lines)" } }),
  ),
  ui: { notes: [{ id: "n", text: "Orders come at night", position: [0, 0] }] },
};
const ids = (query: string) => searchDocument(definition, query).map((hit) => hit.id);

describe("searching", () => {
  test.each([
    ["orders", ["fetch", "n"]],
    ["FETCH", ["fetch", "total"]],
    ["sum lines", ["total"]],
    ["example.com", ["fetch"]],
    ["night", ["n"]],
    ["nowhere", []],
    ["", ["fetch", "total"]],
  ])("%j", (query, expected) => {
    expect(ids(query)).toEqual(expected);
  });

  test("shows the words around what was found", () => {
    const [hit] = searchDocument(definition, "fetch.lines");

    expect(hit?.detail).toMatch(/^….* for line in fetch\.lines\)$/);
  });
});
