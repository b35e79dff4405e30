import { useComputedColorScheme } from "@mantine/core";
import { lazy, Suspense } from "react";
import classes from "@/shared/ui/code-editor.module.css";
import type { CodeEditorViewProps } from "@/shared/ui/code-editor-view";

export type CodeLanguage =
  | "python"
  | "javascript"
  | "bash"
  | "powershell"
  | "json"
  | "yaml"
  | "expression"
  | "template"
  | "text";

export type CodeEditorProps = Omit<CodeEditorViewProps, "dark">;

// CodeMirror is a third of the whole bundle: it is only loaded by a page that shows code.
const CodeEditorView = lazy(async () => {
  const { CodeEditorView: component } = await import("@/shared/ui/code-editor-view");
  return { default: component };
});

/** Source text with highlighting. Tab leaves the editor unless `indentWithTab`, so that the keyboard is never caught. */
export function CodeEditor(props: CodeEditorProps) {
  const scheme = useComputedColorScheme("light");
  return (
    <Suspense fallback={<Coming text={props.value} />}>
      <CodeEditorView {...props} dark={scheme === "dark"} />
    </Suspense>
  );
}

function Coming({ text }: { text: string }) {
  return (
    <pre className={classes.fallback} aria-busy>
      {text}
    </pre>
  );
}
