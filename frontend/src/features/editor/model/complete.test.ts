import { describe, expect, it } from "vitest";
import type { CompletionSource } from "./complete";
import { complete } from "./complete";

const source: CompletionSource = {
  names: [
    { label: "order", detail: "Load" },
    { label: "loop", detail: "Each" },
    { label: "loop.index", detail: "Each" },
  ],
  values: { order: { id: 7, lines: [{ price: 2, "odd key": 1 }], customer: { name: "Ana" } } },
  entries: [
    { name: "len", signature: "len(value)", help: "How many.", kind: "function", of: "" },
    { name: "re.search", signature: "re.search(pattern, text)", help: "", kind: "function", of: "" },
    { name: "upper", signature: "upper()", help: "", kind: "method", of: "text" },
    { name: "items", signature: "items()", help: "", kind: "method", of: "an object" },
    { name: "and", signature: "and", help: "Both are true.", kind: "word", of: "" },
  ],
};
const labels = (before: string) => complete(before, source)?.offers.map((offer) => offer.label);

describe("complete", () => {
  it("offers names with a sketch of their value, functions and words", () => {
    const found = complete("1 + or", source);

    expect(found?.replaced).toBe(2);
    expect(found?.offers.map((offer) => offer.label)).toEqual(["order", "loop", "len", "and"]);
    expect(found?.offers[0]?.detail).toBe("object · Load");
    expect(found?.offers[2]).toMatchObject({ apply: "len(", detail: "(value)", info: "How many." });
  });

  it.each([
    ["order.", ["id", "lines", "customer", "items"]],
    ["order.lines[0].", ["price", "items"]],
    ["order['customer'].na", ["name", "items"]],
    ["order.customer.name.", ["upper"]],
    ["[line.price for line in order.lines if line.", ["price", "items"]],
    ["re.", ["search"]],
    ["loop.", ["index"]],
  ])("knows what comes after %s", (before, expected) => {
    expect(labels(before)).toEqual(expected);
  });

  it.each(["'order.", "order.id.", "12", "", "nobody."])("offers nothing after %s", (before) => {
    expect(complete(before, source)).toBeNull();
  });

  it("offers everything where it was asked to", () => {
    expect(complete("", source, true)?.offers.length).toBe(4);
  });
});
