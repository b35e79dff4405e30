import type { ELK, ElkNode } from "elkjs/lib/elk-api";
import type { Definition, Position, Positions, Step } from "./definition";
import { scopesOf } from "./definition";
import type { Size, SizeOptions } from "./geometry";
import { FRAME_HEADER, FRAME_PADDING, frameSize, stepSize } from "./geometry";
import type { Edge } from "./graph";
import { edgesOf } from "./graph";

/** Tidying up by ELK: layers from left to right, few crossings, and wires in the order of the ports they leave from. */

export type TidyOptions = SizeOptions & { portNames: (step: Step) => readonly string[] };

const ORIGIN = 80;
const DEEPEST = 32;

const ROOT_OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.spacing.nodeNode": "48",
  "elk.layered.spacing.nodeNodeBetweenLayers": "80",
  "elk.layered.spacing.edgeNodeBetweenLayers": "24",
  "elk.layered.crossingMinimization.semiInteractive": "false",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.separateConnectedComponents": "true",
} as const;

/** Places for all steps, the inside of every container first, since its size is what the outside needs. */
export async function tidy(definition: Definition, options: TidyOptions, elk: ELK): Promise<Positions> {
  const scopes = scopesOf(definition);
  const edges = edgesOf(definition);
  const positions: Record<string, Position> = {};

  const place = async (parent: string | null, depth: number): Promise<Size> => {
    const scope = scopes.get(parent) ?? [];
    const sizes = new Map<string, Size>();
    for (const step of scope) {
      const isOpen = options.isContainer(step) && depth < DEEPEST;
      sizes.set(step.id, isOpen ? await place(step.id, depth + 1) : stepSize(options.portCount(step)));
    }
    const laid = await elk.layout(graphOf(scope, { sizes, edges, options }));
    const [left, top] = parent === null ? [ORIGIN, ORIGIN] : [FRAME_PADDING, FRAME_HEADER + 16];
    for (const { id, x = 0, y = 0 } of laid.children ?? []) {
      positions[id] = [Math.round(x + left), Math.round(y + top)];
    }
    return frameSize(
      scope.map((step) => {
        const [x, y] = positions[step.id] ?? [0, 0];
        return { x, y, ...(sizes.get(step.id) ?? stepSize(1)) };
      }),
    );
  };

  await place(null, 0);
  return positions;
}

type Parts = { sizes: ReadonlyMap<string, Size>; edges: readonly Edge[]; options: TidyOptions };

function graphOf(scope: readonly Step[], { sizes, edges, options }: Parts): ElkNode {
  const inside = edges.filter((edge) => sizes.has(edge.from) && sizes.has(edge.to));
  return {
    id: "root",
    layoutOptions: ROOT_OPTIONS,
    children: scope.map((step) => nodeOf(step, sizes.get(step.id) ?? stepSize(1), options)),
    edges: inside.map((edge) => ({
      id: edge.id,
      sources: [portId(edge.from, edge.port)],
      targets: [inputId(edge.to)],
    })),
  };
}

/** The input at the left, the ports at the right from top to bottom, the error port below. */
function nodeOf(step: Step, size: Size, options: TidyOptions): ElkNode {
  const names = options.portNames(step);
  const outputs = names.map((name, index) => ({
    id: portId(step.id, name),
    layoutOptions: {
      "elk.port.side": name === "error" ? "SOUTH" : "EAST",
      "elk.port.index": String(index),
    },
  }));
  return {
    id: step.id,
    ...size,
    layoutOptions: { "elk.portConstraints": "FIXED_ORDER" },
    ports: [{ id: inputId(step.id), layoutOptions: { "elk.port.side": "WEST" } }, ...outputs],
  };
}

function portId(step: string, port: string): string {
  return `${step}.${port}`;
}

function inputId(step: string): string {
  return `${step}<`;
}
