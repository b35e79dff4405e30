import type { Edge, Node } from "@xyflow/react";
import type { StepType } from "@/features/editor/model/catalogue";
import type { Step } from "@/features/editor/model/definition";
import type { Note } from "@/features/editor/model/notes";
import type { Port } from "@/features/editor/model/ports";
import type { StepOverlay } from "@/features/editor/store/editor-state";

export type StepData = {
  step: Step;
  type: StepType | undefined;
  ports: readonly Port[];
  overlay: StepOverlay | undefined;
  /** What validation says about it, one finding per line. */
  problems: string;
  isEmpty: boolean;
  /** Of a collapsed container: how many steps it holds. */
  inner: number;
  isCollapsed: boolean;
};

export type TriggerData = { kind: string; label: string; detail: string; isActive: boolean };

export type WireData = {
  from: string;
  to: string;
  port: string;
  count: number;
  status: "idle" | "taken" | "running";
};

export type StepNode = Node<StepData, "step" | "frame">;
export type TriggerNode = Node<TriggerData, "trigger">;
export type NoteNode = Node<{ note: Note; canEdit: boolean }, "note">;
export type FlowNode = StepNode | TriggerNode | NoteNode;
export type WireEdge = Edge<WireData, "wire">;
export type TriggerEdge = Edge<Record<string, never>, "default">;
export type FlowEdge = WireEdge | TriggerEdge;
