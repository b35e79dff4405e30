import dagre from "@dagrejs/dagre";
import type { Definition, Position, Positions, Step } from "./definition";
import { positionsOf, scopesOf, withPositions } from "./definition";
import type { Size } from "./geometry";
import { FRAME_HEADER, FRAME_PADDING, frameSize, stepSize } from "./geometry";
import type { Edge } from "./graph";
import { edgesOf } from "./graph";
import { portOrder } from "./port-order";
import type { TidyOptions } from "./tidy";

const ORIGIN = 80;

/** Places for all steps, left to right, the inside of every container laid out first. */
export function layout(definition: Definition, options: TidyOptions): Positions {
  const children = scopesOf(definition);
  const edges = edgesOf(definition);
  const positions: Record<string, Position> = {};

  const place = (parent: string | null, depth: number): Size => {
    const scope = children.get(parent) ?? [];
    const sizes = new Map(scope.map((step) => [step.id, sizeFor(step, depth)]));
    const places = arrange(scope, { sizes, edges, options });
    const [left, top] = parent === null ? [ORIGIN, ORIGIN] : [FRAME_PADDING, FRAME_HEADER + 16];
    for (const [id, [x, y]] of places) {
      positions[id] = [Math.round(x + left), Math.round(y + top)];
    }
    return frameSize(scope.map((step) => boxOf(positions[step.id], sizes.get(step.id))));
  };
  const sizeFor = (step: Step, depth: number): Size =>
    options.isContainer(step) && depth < 32 ? place(step.id, depth + 1) : stepSize(options.portCount(step));

  place(null, 0);
  return positions;
}

/** The definition with a place for every step. Steps that have one keep it. */
export function withAllPositions(definition: Definition, options: TidyOptions): Definition {
  const known = positionsOf(definition);
  const missing = definition.steps.filter((step) => !known[step.id]);
  if (missing.length === 0) {
    return definition;
  }
  const computed = layout(definition, options);
  const isFresh = missing.length === definition.steps.length;
  const bottom = Math.max(0, ...Object.values(known).map(([, y]) => y)) + 160;
  const places: Record<string, Position> = {};
  for (const step of missing) {
    const [x, y] = computed[step.id] ?? [ORIGIN, ORIGIN];
    places[step.id] = isFresh || step.parent ? [x, y] : [x, y + bottom];
  }
  return withPositions(definition, places);
}

type Arrangement = { sizes: ReadonlyMap<string, Size>; edges: readonly Edge[]; options: TidyOptions };

function arrange(scope: readonly Step[], { sizes, edges, options }: Arrangement): Map<string, Position> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 48, ranksep: 80 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of scope) {
    graph.setNode(step.id, { ...(sizes.get(step.id) ?? stepSize(1)) });
  }
  const inside = edges.filter((edge) => sizes.has(edge.from) && sizes.has(edge.to));
  for (const edge of inside) {
    graph.setEdge(edge.from, edge.to);
  }
  const constraints = portOrder(scope, { edges: inside, portNames: options.portNames });
  dagre.layout(graph, { constraints: constraints.map(([left, right]) => ({ left, right })) });
  const corners = new Map<string, Position>();
  for (const step of scope) {
    const { x, y, width, height } = graph.node(step.id);
    corners.set(step.id, [(x ?? 0) - (width ?? 0) / 2, (y ?? 0) - (height ?? 0) / 2]);
  }
  return corners;
}

function boxOf(position: Position | undefined, size: Size | undefined) {
  const [x, y] = position ?? [0, 0];
  return { x, y, ...(size ?? stepSize(1)) };
}
