import { expect, test } from "vitest";
import { columnsOf, shapeOf } from "@/shared/lib/data-shape";

test("a list of objects has the columns of all its rows", () => {
  expect(columnsOf([{ a: 1 }, { b: 2, a: 3 }])).toEqual(["a", "b"]);
});

test.each([[[]], [[1, 2]], [{ a: 1 }], ["text"], [null]])("%j is no table", (value) => {
  expect(columnsOf(value)).toBeNull();
});

test("fields that not every item has are optional, and types are joined", () => {
  const shape = shapeOf([{ id: 1, note: null }, { id: "x" }]);

  expect(shape.type).toBe("list of object");
  expect(shape.children).toMatchObject([
    { name: "id", type: "number or text", isOptional: false },
    { name: "note", type: "null", isOptional: true },
  ]);
});
