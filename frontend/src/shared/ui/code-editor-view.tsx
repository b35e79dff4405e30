import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from "@codemirror/autocomplete";
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
import { EditorState } from "@codemirror/state";
import type { ReactCodeMirrorRef } from "@uiw/react-codemirror";
import CodeMirror, { EditorView } from "@uiw/react-codemirror";
import { useEffect, useMemo, useRef } from "react";
import type { CodeLanguage } from "@/shared/ui/code-editor";
import classes from "@/shared/ui/code-editor.module.css";
import { codeHighlighting } from "@/shared/ui/code-theme";
import { dropPath } from "@/shared/ui/drop-path";
import { expressionLanguage } from "@/shared/ui/expression-language";

/** A mark in the text: a line, which counts from 1, or the place of a letter, from 0. */
export type CodeMark = { message: string; severity?: "error" | "warning" | "info" } & (
  | { line: number; at?: never }
  | { at: number; line?: never }
);

/** What could stand at the cursor; `replaced` counts the letters before it that an offer takes the place of. */
export type CodeOffers = { replaced: number; offers: readonly Completion[] };

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
  /**
   * What is offered while one types; in templates and JSON only between `{{` and `}}`, about what stands there; in
   * languages of scripts beside what the language offers.
   */
  complete?: (before: string, isAsked: boolean) => CodeOffers | null;
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
  const { language, label, dark, complete, readOnly = false, dropsBarePaths = false } = props;
  // Kept in a ref: other names must not set up the editor anew, which would close an open list.
  const offer = useRef(complete);
  useEffect(() => {
    offer.current = complete;
  }, [complete]);
  const completes = complete !== undefined;
  const hasGutter = marks.length > 0 && (props.lineNumbers ?? true);
  const editor = useRef<ReactCodeMirrorRef>(null);
  const extensions = useMemo(
    () => [
      ...languageOf(language),
      ...codeHighlighting(dark),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ...(hasGutter ? [lintGutter()] : []),
      ...(completes ? completion(completeFrom(offer, language), language) : []),
      ...(dropsBarePaths ? [dropPath] : []),
      ...more,
    ],
    [language, dark, label, hasGutter, completes, dropsBarePaths, more],
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
          autocompletion: !complete || hasOwnOffers(language),
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
    case "expression":
      return [expressionLanguage("everywhere")];
    case "template":
      return [expressionLanguage("templates")];
    case "text":
      return [];
    default:
      return language satisfies never;
  }
}

/** A script knows words of its own besides; in the other languages only what is handed in makes sense. */
function hasOwnOffers(language: CodeLanguage): boolean {
  return (
    language === "python" || language === "javascript" || language === "bash" || language === "powershell"
  );
}

function completion(source: CompletionSource, language: CodeLanguage): Extension[] {
  if (!hasOwnOffers(language)) return [autocompletion({ override: [source], icons: false })];
  return [EditorState.languageData.of(() => [{ autocomplete: source }])];
}

type Offering = { current: CodeEditorViewProps["complete"] };

function completeFrom(offer: Offering, language: CodeLanguage) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(0, context.pos);
    const opened = before.lastIndexOf("{{");
    const isWithin = language === "template" || language === "json";
    if (isWithin && opened <= before.lastIndexOf("}}")) return null;
    const text = isWithin ? before.slice(opened + 2) : before;
    const found = offer.current?.(text, context.explicit);
    if (!found) return null;
    return { from: context.pos - found.replaced, options: [...found.offers], validFor: /^\w*$/ };
  };
}

function showMarks({ view, marks }: { view: EditorView | undefined; marks: readonly CodeMark[] }): void {
  if (!view) return;
  const diagnostics = marks.map(({ message, severity = "error", ...place }) => ({
    ...rangeOf(view, place),
    message,
    severity,
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

function rangeOf(view: EditorView, { line, at }: { line?: number; at?: number }) {
  const { doc } = view.state;
  if (at === undefined) {
    const { from, to } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
    return { from, to };
  }
  const start = Math.min(at, Math.max(0, doc.length - 1));
  const letters = /^\w+/.exec(doc.sliceString(start, start + 80))?.[0].length ?? 1;
  return { from: start, to: Math.min(start + letters, doc.length) };
}
