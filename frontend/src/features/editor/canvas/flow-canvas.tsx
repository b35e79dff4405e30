import { useComputedColorScheme } from "@mantine/core";
import type { EdgeTypes, NodeTypes } from "@xyflow/react";
import {
  Background,
  BackgroundVariant,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  SelectionMode,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useState } from "react";
import classes from "@/features/editor/canvas/canvas.module.css";
import { EmptyCanvas } from "@/features/editor/canvas/empty-canvas";
import type { FlowNode } from "@/features/editor/canvas/flow-types";
import { NoteNode } from "@/features/editor/canvas/note-node";
import { FrameNode, StepNode } from "@/features/editor/canvas/step-node";
import { TriggerNode } from "@/features/editor/canvas/trigger-node";
import { useCanvasEvents } from "@/features/editor/canvas/use-canvas-events";
import { useFlow } from "@/features/editor/canvas/use-flow";
import { useFirstView, useSelectedInView } from "@/features/editor/canvas/use-view";
import { Wire } from "@/features/editor/canvas/wire";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const nodeTypes: NodeTypes = { step: StepNode, frame: FrameNode, trigger: TriggerNode, note: NoteNode };
const edgeTypes: EdgeTypes = { wire: Wire };
const minimapSize = { width: 160, height: 110 };
const panButtons = [1];
const multiSelectKeys = ["Meta", "Control", "Shift"];
const snapGrid: [number, number] = [8, 8];
const defaultEdgeOptions = { markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 } };
const ariaLabels = {
  "node.a11yDescription.default": texts.canvas.nodeHelp,
  "edge.a11yDescription.default": texts.canvas.edgeHelp,
};
const NO_NODES: readonly FlowNode[] = [];
/**
 * From this many steps on, what is out of sight is not drawn: most of them are, at a size that can be read. Nor are
 * the dots of the ground, which are painted anew in every frame of a movement.
 */
const MANY = 200;

export function FlowCanvas() {
  const { nodes, edges } = useFlow();
  const events = useCanvasEvents();
  const canEdit = useEditor(selectCanEdit);
  const colorMode = useComputedColorScheme("light");
  const isLarge = nodes.length > MANY;
  const hasSteps = nodes.some((node) => node.type === "step" || node.type === "frame");
  // On an empty canvas the view stays: otherwise it would jump when the first step is dropped.
  const [isFilledAtFirst] = useState(hasSteps);
  useFirstView(isFilledAtFirst ? nodes : NO_NODES);
  useSelectedInView();
  return (
    <section className={classes.canvas} aria-label={texts.canvas.label}>
      <ReactFlow
        {...events}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultEdgeOptions={defaultEdgeOptions}
        colorMode={colorMode}
        ariaLabelConfig={ariaLabels}
        nodesDraggable={canEdit}
        nodesConnectable={canEdit}
        onlyRenderVisibleElements={isLarge}
        minZoom={0.05}
        maxZoom={2}
        snapToGrid
        snapGrid={snapGrid}
        panOnScroll
        panOnDrag={panButtons}
        panActivationKeyCode="Space"
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={multiSelectKeys}
        deleteKeyCode={null}
        connectionRadius={32}
        elevateNodesOnSelect={false}
        zoomOnDoubleClick={false}
      >
        {isLarge ? null : <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} />}
        {hasSteps ? (
          <MiniMap
            pannable
            zoomable
            nodeColor={minimapColor}
            nodeBorderRadius={isLarge ? 0 : 12}
            position="bottom-right"
            style={minimapSize}
            ariaLabel={texts.canvas.minimap}
          />
        ) : null}
        <Controls showInteractive={false} position="bottom-left" />
      </ReactFlow>
      {hasSteps ? null : <EmptyCanvas />}
    </section>
  );
}

function minimapColor(node: FlowNode): string {
  if (node.type === "trigger") {
    return "var(--sg-accent)";
  }
  if (node.type === "note") {
    return "var(--sg-accent-soft)";
  }
  switch (node.data.overlay?.status) {
    case "failed":
      return "var(--sg-danger)";
    case "success":
      return "var(--sg-success)";
    case "running":
      return "var(--sg-info)";
    default:
      return node.type === "frame" ? "var(--sg-border)" : "var(--sg-border-strong)";
  }
}
