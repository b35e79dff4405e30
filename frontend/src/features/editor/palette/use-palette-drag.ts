import { useReactFlow } from "@xyflow/react";
import type { PointerEvent as ReactPointerEvent } from "react";
import { useRef } from "react";
import { edgeIdAt, isOverCanvas } from "@/features/editor/canvas/drop-target";
import { addAtPoint } from "@/features/editor/canvas/placing";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { useEditorStore } from "@/features/editor/store/editor-store";

const THRESHOLD = 5;

/** Dragging a kind of step out of the palette, with mouse, pen or finger. */
export function usePaletteDrag(type: string) {
  const store = useEditorStore();
  const flow = useReactFlow();
  const dragged = useRef(false);
  const onPointerDown = (start: ReactPointerEvent) => {
    dragged.current = false;
    if (start.button !== 0) {
      return;
    }
    followPointer(start.nativeEvent, {
      onMove: (event) => {
        dragged.current = true;
        showDrag(store, { type, event });
      },
      onDrop: (event) => {
        const point = flow.screenToFlowPosition(
          { x: event.clientX, y: event.clientY },
          { snapToGrid: false },
        );
        dropStep(store, { type, event, point: [point.x, point.y] });
      },
      onEnd: () => store.getState().setView({ paletteDrag: null, dropTarget: null }),
    });
  };
  return { onPointerDown, wasDragged: () => dragged.current };
}

type Follow = {
  onMove: (event: PointerEvent) => void;
  onDrop: (event: PointerEvent) => void;
  onEnd: () => void;
};

function followPointer(start: PointerEvent, { onMove, onDrop, onEnd }: Follow): void {
  const control = new AbortController();
  let isDragging = false;
  const options = { signal: control.signal };
  const end = () => {
    control.abort();
    onEnd();
  };
  const move = (event: PointerEvent) => {
    isDragging ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > THRESHOLD;
    if (isDragging) {
      onMove(event);
    }
  };
  const up = (event: PointerEvent) => {
    if (isDragging) {
      onDrop(event);
    }
    end();
  };
  window.addEventListener("pointermove", move, options);
  window.addEventListener("pointerup", up, options);
  window.addEventListener("pointercancel", end, options);
  window.addEventListener("keydown", (event) => (event.key === "Escape" ? end() : undefined), options);
}

function showDrag(store: EditorStore, { type, event }: { type: string; event: PointerEvent }): void {
  const { clientX: x, clientY: y } = event;
  const dropTarget = isOverCanvas(x, y) ? edgeIdAt(x, y) : null;
  store.getState().setView({ paletteDrag: { type, x, y }, dropTarget });
}

type Drop = { type: string; event: PointerEvent; point: readonly [number, number] };

function dropStep(store: EditorStore, { type, event, point }: Drop): void {
  const { history, catalogue, edit, select, setPanelTab } = store.getState();
  if (!isOverCanvas(event.clientX, event.clientY)) {
    return;
  }
  const edgeId = edgeIdAt(event.clientX, event.clientY);
  const added = addAtPoint({ definition: history.present, catalogue }, { type, point, edgeId });
  if (added) {
    edit(added.operation);
    select({ steps: [added.id] });
    setPanelTab("settings");
  }
}
