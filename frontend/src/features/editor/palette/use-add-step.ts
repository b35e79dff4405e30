import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { addAfter } from "@/features/editor/canvas/placing";
import type { Position } from "@/features/editor/model/definition";
import { findStep } from "@/features/editor/model/definition";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { useEditorStore } from "@/features/editor/store/editor-store";
import { selectSelectedStep } from "@/features/editor/store/selectors";

/** Adds a step without a pointer: after the step that a wire was pulled from, else after the selected one. */
export function useAddStep(): (type: string) => void {
  const store = useEditorStore();
  const flow = useReactFlow();
  return useCallback(
    (type) => {
      const box = document.querySelector(".react-flow")?.getBoundingClientRect();
      const x = box ? box.x + box.width / 2 - 114 : 400;
      const y = box ? box.y + box.height / 2 - 32 : 300;
      const middle = flow.screenToFlowPosition({ x, y });
      const id = addStep(store, { type, middle: [middle.x, middle.y] });
      if (id) {
        requestAnimationFrame(() => showNode(flow, id));
      }
    },
    [store, flow],
  );
}

function addStep(store: EditorStore, { type, middle }: { type: string; middle: Position }): string | null {
  const state = store.getState();
  const { connectingFrom, history, catalogue } = state;
  const after = connectingFrom ? findStep(history.present, connectingFrom.step) : selectSelectedStep(state);
  const added = addAfter(
    { definition: history.present, catalogue },
    { type, after, point: middle, ...(connectingFrom ? { port: connectingFrom.port } : {}) },
  );
  if (!added) {
    return null;
  }
  state.edit(added.operation);
  state.select({ steps: [added.id] });
  state.setPanelTab("settings");
  state.setView({ connectingFrom: null });
  return added.id;
}

/** Moves the canvas only when the node cannot be seen. */
function showNode(flow: ReturnType<typeof useReactFlow>, id: string): void {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  const node = flow.getInternalNode(id);
  if (!box || !node) {
    return;
  }
  const { x, y } = node.internals.positionAbsolute;
  const { width = 228, height = 64 } = node.measured;
  const start = flow.flowToScreenPosition({ x, y });
  const end = flow.flowToScreenPosition({ x: x + width, y: y + height });
  const isSeen = start.x >= box.left && start.y >= box.top && end.x <= box.right && end.y <= box.bottom;
  if (!isSeen) {
    void flow.setCenter(x + width / 2, y + height / 2, { zoom: flow.getZoom(), duration: 250 });
  }
}
