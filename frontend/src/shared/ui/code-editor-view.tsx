import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { autocompletion } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { StreamLanguage } from "@codemirror/language";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import type { ReactCodeMirrorRef } from "@uiw/react-codemirror";
import CodeMirror, { EditorView } from "@uiw/react-codemirror";
import { useEffect, useMemo, useRef } from "react";
import type { CodeLanguage } from "@/shared/ui/code-editor";
import classes from "@/shared/ui/code-editor.module.css";
import { codeHighlighting } from "@/shared/ui/code-theme";
import { dropPath } from "@/shared/ui/drop-path";

/** A mark in the text: the line counts from 1. */
export type CodeMark = { line: number; message: string; severity?: "error" | "warning" | "info" };

export type CodeEditorViewProps = {
  value: string;
  onChange?: (value: string) => void;
  onBlur?: () => void;
  language: CodeLanguage;
  /** What a screen reader calls it. */
  label: string;
  dark: boolean;
  readOnly?: boolean;
  minHeight?: string;
  maxHeight?: string;
  height?: string;
  placeholder?: string;
  invalid?: boolean;
  indentWithTab?: boolean;
  lineNumbers?: boolean;
  highlightLine?: boolean;
  marks?: readonly CodeMark[];
  /** Names offered while typing, such as the variables in scope. */
  completions?: readonly Completion[];
  /** In templates names are offered between `{{` and `}}` only. */
  completeIn?: "everywhere" | "templates";
  /** It holds an expression: a field dragged into it becomes its path, without braces. */
  dropsBarePaths?: boolean;
  extensions?: readonly Extension[];
};

const NO_MARKS: readonly CodeMark[] = [];
const NO_EXTENSIONS: readonly Extension[] = [];

export function CodeEditorView({
  marks = NO_MARKS,
  extensions: more = NO_EXTENSIONS,
  ...props
}: CodeEditorViewProps) {
  const { language, label, dark, completions, completeIn = "everywhere", readOnly = false } = props;
  const { dropsBarePaths = false } = props;
  // Kept in a ref: other names must not set up the editor anew, which would close an open list.
  const names = useRef(completions);
  useEffect(() => {
    names.current = completions;
  }, [completions]);
  const completes = completions !== undefined;
  const editor = useRef<ReactCodeMirrorRef>(null);
  const extensions = useMemo(
    () => [
      ...languageOf(language),
      ...codeHighlighting(dark),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ...(marks.length ? [lintGutter()] : []),
      ...(completes ? [autocompletion({ override: [completeFrom(names, completeIn)], icons: false })] : []),
      ...(dropsBarePaths ? [dropPath] : []),
      ...more,
    ],
    [language, dark, label, marks.length, completes, completeIn, dropsBarePaths, more],
  );
  useEffect(() => showMarks({ view: editor.current?.view, marks }), [marks]);
  return (
    <div className={`${classes.frame} ${props.invalid ? classes.invalid : ""}`}>
      <CodeMirror
        ref={editor}
        value={props.value}
        onChange={props.onChange}
        onBlur={props.onBlur}
        onCreateEditor={(view) => showMarks({ view, marks })}
        readOnly={readOnly}
        editable={!readOnly}
        theme="none"
        height={props.height}
        minHeight={props.minHeight ?? "38px"}
        maxHeight={props.maxHeight}
        placeholder={props.placeholder}
        indentWithTab={props.indentWithTab ?? false}
        basicSetup={{
          lineNumbers: props.lineNumbers ?? true,
          foldGutter: false,
          highlightActiveLine: !readOnly && (props.highlightLine ?? true),
          highlightActiveLineGutter: !readOnly,
          autocompletion: !completions,
        }}
        extensions={extensions}
      />
    </div>
  );
}

function languageOf(language: CodeLanguage): Extension[] {
  switch (language) {
    case "python":
      return [python()];
    case "javascript":
      return [javascript()];
    case "json":
      return [json()];
    case "yaml":
      return [yaml()];
    case "bash":
      return [StreamLanguage.define(shell)];
    case "powershell":
      return [StreamLanguage.define(powerShell)];
    case "text":
      return [];
    default:
      return language satisfies never;
  }
}

type Names = { current: readonly Completion[] | undefined };

function completeFrom(names: Names, where: "everywhere" | "templates") {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w.]*/);
    const before = context.state.sliceDoc(0, context.pos);
    const isOutside = where === "templates" && before.lastIndexOf("{{") <= before.lastIndexOf("}}");
    if (!word || isOutside || (word.from === word.to && !context.explicit)) return null;
    return { from: word.from, options: names.current ?? [], validFor: /^[\w.]*$/ };
  };
}

function showMarks({ view, marks }: { view: EditorView | undefined; marks: readonly CodeMark[] }): void {
  if (!view) return;
  const lines = view.state.doc.lines;
  const diagnostics = marks.map(({ line, message, severity = "error" }) => {
    const { from, to } = view.state.doc.line(Math.min(Math.max(line, 1), lines));
    return { from, to, message, severity };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
