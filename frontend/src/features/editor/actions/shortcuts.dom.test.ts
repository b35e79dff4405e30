import { describe, expect, test } from "vitest";
import { allActions } from "@/features/editor/actions/actions";
import { isTyping, matches } from "@/features/editor/actions/shortcuts";

const key = (name: string, fields: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key: name, ...fields });

describe("shortcuts", () => {
  test("no shortcut belongs to two actions", () => {
    const all = allActions.flatMap((action) => [...action.shortcuts, action.clipboardKey].filter(Boolean));

    expect(all).toEqual([...new Set(all)]);
  });

  test.each([
    ["mod+z", key("z", { ctrlKey: true }), true],
    ["mod+z", key("z", { metaKey: true }), true],
    ["mod+z", key("Z", { ctrlKey: true, shiftKey: true }), false],
    ["mod+shift+z", key("Z", { ctrlKey: true, shiftKey: true }), true],
    ["d", key("d"), true],
    ["d", key("d", { ctrlKey: true }), false],
    ["?", key("?", { shiftKey: true }), true],
    ["+", key("+", { shiftKey: true }), true],
    ["+", key("+"), true],
    ["1", key("1"), true],
    ["shift+alt+t", key("˝", { shiftKey: true, altKey: true, code: "KeyT" }), true],
    ["delete", key("Delete"), true],
    ["mod+delete", key("Delete"), false],
  ])("%s", (shortcut, event, expected) => {
    expect(matches(event, shortcut)).toBe(expected);
  });
});

describe("typing", () => {
  test.each([
    ["<input id='x'>", true],
    ["<textarea id='x'></textarea>", true],
    ["<div contenteditable='true'><b id='x'></b></div>", true],
    ["<div role='dialog'><button id='x'></button></div>", true],
    ["<button id='x'></button>", false],
    ["<input type='checkbox' id='x'>", false],
  ])("%s", (html, expected) => {
    document.body.innerHTML = html;

    expect(isTyping(document.getElementById("x"))).toBe(expected);
  });
});
