import { yaml } from "@codemirror/lang-yaml";
import { MergeView as CodeMirrorMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { codeHighlighting } from "@/shared/ui/code-theme";
import classes from "@/shared/ui/merge-view.module.css";

export type MergeViewProps = {
  before: string;
  after: string;
  labels: readonly [string, string];
  dark: boolean;
};

/** Two texts side by side, with what differs marked; long stretches that are the same are folded. */
export function MergeView({ before, after, labels: [left, right], dark }: MergeViewProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        yaml(),
        lineNumbers(),
        ...codeHighlighting(dark),
        EditorView.lineWrapping,
        EditorView.editable.of(false),
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ],
    });
    const view = place.current
      ? new CodeMirrorMergeView({
          a: side(before, left),
          b: side(after, right),
          parent: place.current,
          collapseUnchanged: { margin: 3, minSize: 6 },
        })
      : null;
    return () => view?.destroy();
  }, [before, after, left, right, dark]);
  return <div ref={place} className={classes.view} />;
}
