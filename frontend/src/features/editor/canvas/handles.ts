import type { NodeHandle } from "@xyflow/react";
import { Position } from "@xyflow/react";
import type { Size } from "@/features/editor/model/geometry";
import { PORT_HEIGHT } from "@/features/editor/model/geometry";
import type { Port } from "@/features/editor/model/ports";
import { sidePorts } from "@/features/editor/model/shapes";

/**
 * Where a node has its handles, in numbers: React Flow draws wires from them without measuring the page first, and needs
 * not draw what is out of sight. The style of `PortHandles` says the same, in parts of the node's own size.
 */

const HANDLE = 12;
/** A frame has its handles beside its head. */
const FRAME_TOP = 28;
/** How far to the right the error handle is, below the step. */
const ERROR_PART = 0.82;

export const ERROR_LEFT = `${ERROR_PART * 100}%`;

/** The distance of a handle from the top of its step. */
export function topOf({ index, count, isFrame }: { index: number; count: number; isFrame: boolean }) {
  return isFrame ? FRAME_TOP + index * PORT_HEIGHT : `${((index + 0.5) / count) * 100}%`;
}

type Shape = { ports: readonly Port[]; size: Size; isFrame: boolean };

/** All handles of a step. */
export function stepHandles({ ports, size, isFrame }: Shape): NodeHandle[] {
  const side = sidePorts(ports);
  const y = (index: number, count: number) =>
    isFrame ? FRAME_TOP + index * PORT_HEIGHT : ((index + 0.5) / count) * size.height;
  return [
    around({ id: "in", type: "target", position: Position.Left, x: 0, y: y(0, 1) }),
    ...side.map(({ name }, index) =>
      around({ id: name, type: "source", position: Position.Right, x: size.width, y: y(index, side.length) }),
    ),
    ...ports
      .filter(({ name }) => name === "error")
      .map(({ name }) =>
        around({
          id: name,
          type: "source",
          position: Position.Bottom,
          x: ERROR_PART * size.width,
          y: size.height,
        }),
      ),
  ];
}

/** The one handle of what starts the workflow. */
export function triggerHandles({ width, height }: Size): NodeHandle[] {
  return [around({ id: null, type: "source", position: Position.Right, x: width, y: height / 2 })];
}

/** From the middle of a handle to its box. */
function around(middle: NodeHandle): NodeHandle {
  const { x, y } = middle;
  return { ...middle, x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE };
}
