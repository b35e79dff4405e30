import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import { EditorView } from "@uiw/react-codemirror";

type Palette = {
  keyword: string;
  string: string;
  number: string;
  comment: string;
  name: string;
  type: string;
};

const LIGHT: Palette = {
  keyword: "#8a2f86",
  string: "#1f6f3a",
  number: "#9a4a00",
  comment: "#5f6f78",
  name: "#0b5f8a",
  type: "#0b6b7a",
};

const DARK: Palette = {
  keyword: "#dc9ee0",
  string: "#8fd6a2",
  number: "#f0b072",
  comment: "#8b9da6",
  name: "#8cc4f5",
  type: "#6fc8d4",
};

/** Colours of source text in both schemes; each passes 4.5:1 on the editor's background. */
export function codeHighlighting(dark: boolean): Extension[] {
  return [surface(dark), syntaxHighlighting(styleOf(dark ? DARK : LIGHT))];
}

function styleOf(palette: Palette): HighlightStyle {
  return HighlightStyle.define([
    { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword], color: palette.keyword },
    { tag: [tags.string, tags.special(tags.string)], color: palette.string },
    { tag: [tags.number, tags.bool, tags.null], color: palette.number },
    { tag: [tags.comment, tags.meta], color: palette.comment, fontStyle: "italic" },
    { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: palette.name },
    { tag: [tags.propertyName, tags.attributeName], color: palette.name },
    { tag: [tags.typeName, tags.className, tags.standard(tags.variableName)], color: palette.type },
    { tag: tags.invalid, textDecoration: "underline wavy" },
  ]);
}

function surface(dark: boolean): Extension {
  return EditorView.theme(
    {
      "&": { backgroundColor: "transparent", color: "var(--sg-text)", fontSize: "13px" },
      "&.cm-focused": { outline: "none" },
      ".cm-content": {
        fontFamily: "var(--mantine-font-family-monospace)",
        padding: "8px 0",
        caretColor: "var(--sg-accent)",
      },
      ".cm-line": { padding: "0 10px" },
      ".cm-gutters": {
        backgroundColor: "var(--sg-surface-sunken)",
        color: "var(--sg-text-dimmed)",
        border: "none",
      },
      ".cm-cursor": { borderLeftColor: "var(--sg-accent)" },
      ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: dark ? "#ffffff0a" : "#0b6b7a0d" },
      "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
        backgroundColor: dark ? "#1f99ab55 !important" : "#6fc8d455 !important",
      },
      ".cm-tooltip": {
        backgroundColor: "var(--sg-surface-raised)",
        color: "var(--sg-text)",
        border: "1px solid var(--sg-border)",
        borderRadius: "6px",
      },
      ".cm-tooltip.cm-tooltip-autocomplete > ul": {
        fontFamily: "var(--mantine-font-family-monospace)",
        fontSize: "12px",
        maxHeight: "15em",
      },
      ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
      ".cm-completionDetail": {
        marginLeft: "10px",
        color: "var(--sg-text-dimmed)",
        fontFamily: "var(--mantine-font-family)",
        fontStyle: "normal",
      },
      ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
      ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
        backgroundColor: "var(--sg-accent-soft)",
        color: "var(--sg-text)",
      },
      ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
    },
    { dark },
  );
}
