import "@xyflow/react/dist/style.css";
import { Background, Controls, MiniMap, ReactFlow, useEdgesState, useNodesState } from "@xyflow/react";
import { createRoot } from "react-dom/client";

/**
 * The drawing library alone, as in its own stress example, with as many nodes as the benchmark's workflow has steps, at
 * the zoom that the editor opens with: what `bench/canvas.py` compares the editor with.
 */
const asked = new URLSearchParams(window.location.search);
const COUNT = Number(asked.get("nodes") ?? 500);
const ZOOM = Number(asked.get("zoom") ?? 1);
const COLUMNS = 25;

const nodes = Array.from({ length: COUNT }, (_, index) => ({
  id: `${index}`,
  position: { x: (index % COLUMNS) * 260, y: Math.floor(index / COLUMNS) * 120 },
  data: { label: `Node ${index}` },
}));
const edges = nodes.slice(1).map(({ id }, index) => ({ id: `e${id}`, source: `${index}`, target: id }));

function Bare() {
  const [shownNodes, , onNodesChange] = useNodesState(nodes);
  const [shownEdges, , onEdgesChange] = useEdgesState(edges);
  return (
    <ReactFlow
      nodes={shownNodes}
      edges={shownEdges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      defaultViewport={{ x: 0, y: 0, zoom: ZOOM }}
      minZoom={0.05}
      panOnScroll
    >
      <MiniMap />
      <Controls />
      <Background />
    </ReactFlow>
  );
}

const root = document.getElementById("root");
if (root) createRoot(root).render(<Bare />);
