import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { PATH_TYPE } from "@/shared/lib/data-path";

/** A field dragged here from some data becomes its bare path; without this, the text with braces is dropped. */
export const dropPath: Extension = EditorView.domEventHandlers({
  drop: (event, view) => {
    const path = event.dataTransfer?.getData(PATH_TYPE);
    const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (!path || place === null) {
      return false;
    }
    event.preventDefault();
    view.dispatch({ changes: { from: place, insert: path }, selection: { anchor: place + path.length } });
    view.focus();
    return true;
  },
});
