import { useMemo, useState } from "react";
import { FlowBuilder } from "@/features/editor/canvas/build-flow";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectCanEdit,
  selectCatalogue,
  selectDefinition,
  selectOverlays,
  selectProblems,
  selectSelection,
  selectWebhooks,
} from "@/features/editor/store/selectors";

const selectDragged = (state: EditorState) => state.dragged;

/** The nodes and edges that React Flow draws, derived from the store. */
export function useFlow() {
  const [builder] = useState(() => new FlowBuilder());
  const definition = useEditor(selectDefinition);
  const catalogue = useEditor(selectCatalogue);
  const selection = useEditor(selectSelection);
  const overlays = useEditor(selectOverlays);
  const problems = useEditor(selectProblems);
  const webhooks = useEditor(selectWebhooks);
  const dragged = useEditor(selectDragged);
  const canEdit = useEditor(selectCanEdit);
  const nodes = useMemo(
    () =>
      builder.buildNodes({
        definition,
        catalogue,
        selection,
        overlays,
        problems,
        webhooks,
        dragged,
        canEdit,
      }),
    [builder, definition, catalogue, selection, overlays, problems, webhooks, dragged, canEdit],
  );
  const edges = useMemo(
    () => builder.buildEdges({ definition, catalogue, selection, overlays, webhooks }),
    [builder, definition, catalogue, selection, overlays, webhooks],
  );
  return { nodes, edges };
}
