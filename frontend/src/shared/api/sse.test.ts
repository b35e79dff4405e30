import { expect, test } from "vitest";
import { createSseReader } from "@/shared/api/sse";

test("a message cut anywhere arrives whole", () => {
  const text = 'id: 7\nevent: step.started\ndata: {"a":1}\n\n';

  for (let cut = 1; cut < text.length; cut += 1) {
    const read = createSseReader();
    const messages = [...read(text.slice(0, cut)), ...read(text.slice(cut))];
    expect(messages).toEqual([{ id: "7", event: "step.started", data: '{"a":1}' }]);
  }
});

test("comments and the retry time are no messages", () => {
  const read = createSseReader();

  expect(read(": still here\n\nretry: 1000\n\n")).toEqual([]);
});

test("several data lines are one text, and line ends may be Windows'", () => {
  const read = createSseReader();

  expect(read("data: one\r\ndata:two\r\n\r\n")).toEqual([{ id: "", event: "message", data: "one\ntwo" }]);
});
