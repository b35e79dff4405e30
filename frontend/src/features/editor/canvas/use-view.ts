import type { ReactFlowInstance } from "@xyflow/react";
import { useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { firstView, shiftIntoView } from "@/features/editor/canvas/first-view";
import type { FlowNode } from "@/features/editor/canvas/flow-types";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectSelectedStep } from "@/features/editor/store/selectors";

const selectWidth = (state: { width: number }) => state.width;
const selectHeight = (state: { height: number }) => state.height;
const selectRevealed = ({ revealed, selection }: EditorState) =>
  revealed && selection.steps.includes(revealed.id) ? revealed : null;
const selectIsDragging = (state: EditorState) => state.dragged !== null;

/** The first view of a canvas with steps. Webhooks are known later than these: then once more, with them. */
export function useFirstView(nodes: readonly FlowNode[]): void {
  const { setViewport } = useReactFlow();
  const width = useStore(selectWidth);
  const height = useStore(selectHeight);
  const shown = useRef<"nothing" | "steps" | "all">("nothing");
  const hasTriggers = nodes.some((node) => node.type === "trigger");
  const wanted = hasTriggers ? "all" : "steps";
  const isDone = shown.current === "all" || shown.current === wanted;
  useEffect(() => {
    const outer = nodes.filter((node) => !node.parentId);
    if (isDone || width === 0 || outer.length === 0) {
      return;
    }
    shown.current = wanted;
    void setViewport(firstView(outer.map(boxOf), { width, height }));
  }, [nodes, isDone, wanted, width, height, setViewport]);
}

/**
 * What was asked for by name comes into the middle. Else the panel, which opens beside the canvas and takes room from
 * it, is not to cover the selected step. One effect for both: two would stop each other's movement.
 */
export function useSelectedInView(): void {
  const flow = useReactFlow();
  const width = useStore(selectWidth);
  const height = useStore(selectHeight);
  const isDragging = useEditor(selectIsDragging);
  const id = useEditor(selectSelectedStep)?.id;
  const revealed = useEditor(selectRevealed);
  // A step that has just come out of its closed container finds its place while the container grows.
  const place = useStore(({ nodeLookup }) => {
    const found = nodeLookup.get(revealed?.id ?? "")?.internals.positionAbsolute;
    return found ? `${found.x} ${found.y}` : "";
  });
  useEffect(() => {
    if (isDragging || width === 0) {
      return;
    }
    if (!revealed) {
      showBesidePanel(flow, id, { width, height });
    } else if (place) {
      showInMiddle(flow, revealed.id, { width, height });
    }
  }, [flow, id, isDragging, revealed, place, width, height]);
}

type Canvas = { width: number; height: number };

/** A step with as much room around it as it takes itself. */
const ROOM = 1.6;

function showInMiddle(flow: ReactFlowInstance, id: string, canvas: Canvas): void {
  const box = placeOf(flow, id);
  if (!box) {
    return;
  }
  const zoom = Math.min(1, canvas.width / (box.width * ROOM), canvas.height / (box.height * ROOM));
  void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, duration: 250 });
}

function showBesidePanel(flow: ReactFlowInstance, id: string | undefined, canvas: Canvas): void {
  const box = id ? placeOf(flow, id) : null;
  if (!box) {
    return;
  }
  const view = flow.getViewport();
  const shift = shiftIntoView(box, { view, canvas });
  if (shift > 0) {
    void flow.setViewport({ ...view, x: view.x - shift });
  }
}

function placeOf(flow: ReactFlowInstance, id: string) {
  const node = flow.getInternalNode(id);
  if (!node) {
    return null;
  }
  const { width = 0, height = 0 } = node.measured;
  return { ...node.internals.positionAbsolute, width: node.width ?? width, height: node.height ?? height };
}

function boxOf(node: FlowNode) {
  return { ...node.position, width: node.width ?? 0, height: node.height ?? 0 };
}
