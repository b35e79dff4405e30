import { expect, test } from "vitest";
import { stepHandles } from "@/features/editor/canvas/handles";

const port = (name: string) => ({ name, label: name, isQuiet: false });
const ports = [port("true"), port("false"), port("error")];
const size = { width: 200, height: 80 };

function middles(isFrame: boolean) {
  return stepHandles({ ports, size, isFrame }).map(({ id, x, y, width = 0, height = 0 }) => [
    id,
    x + width / 2,
    y + height / 2,
  ]);
}

test("a step has its way in at the left, its ports at the right and the error port below", () => {
  expect(middles(false)).toEqual([
    ["in", 0, 40],
    ["true", 200, 20],
    ["false", 200, 60],
    ["error", 164, 80],
  ]);
});

test("a frame has its handles beside its head, however high it is", () => {
  expect(middles(true)).toEqual([
    ["in", 0, 28],
    ["true", 200, 28],
    ["false", 200, 52],
    ["error", 164, 80],
  ]);
});
