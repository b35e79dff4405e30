import type { Connection, Edge, EdgeChange, FinalConnectionState, NodeChange } from "@xyflow/react";
import type { MouseEvent as ReactMouseEvent } from "react";
import { useMemo } from "react";
import { edgeIdAt } from "@/features/editor/canvas/drop-target";
import type { FlowEdge, FlowNode } from "@/features/editor/canvas/flow-types";
import { dropDragged } from "@/features/editor/canvas/placing";
import type { Position } from "@/features/editor/model/definition";
import { connectProblem } from "@/features/editor/model/graph";
import type { Operation } from "@/features/editor/model/operations";
import { NEXT } from "@/features/editor/model/refs";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { useEditorStore } from "@/features/editor/store/editor-store";
import { NOTE_PREFIX } from "@/features/editor/store/selection-slice";
import { texts } from "@/features/editor/texts";
import { notifyError } from "@/shared/ui/notify";

/** What the gestures on the canvas do to the store. */
export function useCanvasEvents() {
  const store = useEditorStore();
  return useMemo(() => canvasEvents(store), [store]);
}

function canvasEvents(store: EditorStore) {
  const startDrag = () => store.getState().setView({ dragged: {} });
  const stopDrag = (event: { clientX: number; clientY: number }) => letGo(store, event);
  return {
    onNodesChange: (changes: NodeChange<FlowNode>[]) => changeNodes(store, changes),
    onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => changeEdges(store, changes),
    onNodeDragStart: startDrag,
    onSelectionDragStart: startDrag,
    onNodeDragStop: (event: ReactMouseEvent | MouseEvent | TouchEvent) => stopDrag(pointOf(event)),
    onSelectionDragStop: (event: ReactMouseEvent) => stopDrag(event),
    onConnect: (connection: Connection) =>
      store.getState().edit({ kind: "connect", connection: toConnection(connection) }),
    isValidConnection: (connection: Connection | Edge) =>
      connectProblem(store.getState().history.present, toConnection(connection)) === null,
    onConnectEnd: (_event: MouseEvent | TouchEvent, state: FinalConnectionState) =>
      endConnection(store, state),
    onSelectionStart: () => store.getState().setView({ isBoxSelecting: true }),
    onSelectionEnd: () => store.getState().setView({ isBoxSelecting: false }),
    onNodeDoubleClick: () => store.getState().setView({ panel: "auto" }),
    onNodeContextMenu: (event: ReactMouseEvent, node: FlowNode) => openMenu(store, event, node.id),
    onSelectionContextMenu: (event: ReactMouseEvent) => openMenu(store, event),
    onPaneContextMenu: (event: ReactMouseEvent | MouseEvent) => openMenu(store, event),
    onMoveStart: (event: MouseEvent | TouchEvent | null) => {
      markMoving(event, true);
      if (event && store.getState().revealed) store.getState().setView({ revealed: null });
    },
    onMoveEnd: (event: MouseEvent | TouchEvent | null) => markMoving(event, false),
    onPaneClick: () => store.getState().setView({ contextMenu: null, connectingFrom: null }),
  };
}

/** For the style sheet, which has the canvas drawn once and then only moved; not through React, which would draw too. */
function markMoving(event: MouseEvent | TouchEvent | null, isMoving: boolean): void {
  if (event?.target instanceof Element) {
    event.target.closest(".react-flow")?.toggleAttribute("data-moving", isMoving);
  }
}

function changeNodes(store: EditorStore, changes: readonly NodeChange<FlowNode>[]): void {
  const { selection, select, dragged, revealed, setView, edit } = store.getState();
  const positions: Record<string, Position> = {};
  const steps = new Set(selection.steps);
  for (const change of changes) {
    if (change.type === "select") {
      change.selected ? steps.add(change.id) : steps.delete(change.id);
    }
    if (change.type === "position" && change.position) {
      positions[change.id] = [change.position.x, change.position.y];
    }
  }
  if (changes.some((change) => change.type === "select")) {
    select({ steps: [...steps], edges: selection.edges });
  }
  if (Object.keys(positions).length === 0) {
    return;
  }
  if (revealed) {
    setView({ revealed: null }); // whoever moves it wants to see it move
  }
  if (dragged) {
    setView({ dragged: { ...dragged, ...positions } });
    return;
  }
  edit(moved(positions), { coalesceKey: "nudge" });
}

/** Steps and notes move together in one edit. */
function moved(positions: Readonly<Record<string, Position>>): Operation {
  const { steps, notes } = splitNotes(positions);
  const moveSteps: Operation = { kind: "move_steps", positions: steps };
  if (Object.keys(notes).length === 0) {
    return moveSteps;
  }
  return {
    kind: "batch",
    operations: [moveSteps, { kind: "notes", change: { kind: "move", positions: notes } }],
  };
}

function changeEdges(store: EditorStore, changes: readonly EdgeChange<FlowEdge>[]): void {
  const { selection, select } = store.getState();
  const edges = new Set(selection.edges);
  for (const change of changes) {
    if (change.type === "select") {
      change.selected ? edges.add(change.id) : edges.delete(change.id);
    }
  }
  select({ steps: selection.steps, edges: [...edges] });
}

function letGo(store: EditorStore, { clientX, clientY }: { clientX: number; clientY: number }): void {
  const { history, catalogue, dragged, setView, edit } = store.getState();
  setView({ dragged: null });
  if (dragged && Object.keys(dragged).length > 0) {
    const edgeId = edgeIdAt(clientX, clientY);
    const { steps, notes } = splitNotes(dragged);
    const drop = dropDragged({ definition: history.present, catalogue }, { dragged: steps, edgeId });
    const moveNotes: Operation = { kind: "notes", change: { kind: "move", positions: notes } };
    edit({ kind: "batch", operations: [drop, moveNotes] });
  }
}

/** Says why a wire could not be connected; let go over free ground, it waits for the step to be chosen. */
function endConnection(store: EditorStore, state: FinalConnectionState): void {
  const { fromNode, fromHandle, toNode } = state;
  if (!fromNode || fromHandle?.type !== "source" || state.isValid) {
    return;
  }
  const from = { step: fromNode.id, port: fromHandle.id ?? NEXT };
  if (!toNode) {
    store.getState().setView({ connectingFrom: from, isPaletteOpen: true });
    return;
  }
  const connection = { from: from.step, port: from.port, to: toNode.id };
  const problem = connectProblem(store.getState().history.present, connection);
  if (problem && toNode.id !== fromNode.id) {
    notifyError({ title: texts.canvas.cannotConnect, error: problem });
  }
}

function openMenu(store: EditorStore, event: ReactMouseEvent | MouseEvent, id?: string): void {
  event.preventDefault();
  const { selection, select, setView } = store.getState();
  if (id && !selection.steps.includes(id)) {
    select({ steps: [id] });
  }
  setView({ contextMenu: { x: event.clientX, y: event.clientY } });
}

function splitNotes(positions: Readonly<Record<string, Position>>) {
  const steps: Record<string, Position> = {};
  const notes: Record<string, Position> = {};
  for (const [id, place] of Object.entries(positions)) {
    if (id.startsWith(NOTE_PREFIX)) {
      notes[id.slice(NOTE_PREFIX.length)] = place;
    } else {
      steps[id] = place;
    }
  }
  return { steps, notes };
}

function toConnection(connection: Connection | Edge) {
  return { from: connection.source, port: connection.sourceHandle ?? NEXT, to: connection.target };
}

function pointOf(event: ReactMouseEvent | MouseEvent | TouchEvent): { clientX: number; clientY: number } {
  if ("changedTouches" in event) {
    const touch = event.changedTouches[0];
    return { clientX: touch?.clientX ?? 0, clientY: touch?.clientY ?? 0 };
  }
  return event;
}
