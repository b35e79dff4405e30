import type { Box, Size } from "@/features/editor/model/geometry";

export type View = { x: number; y: number; zoom: number };

const MARGIN = 32;
/** Below this the names of steps cannot be read. */
const LEGIBLE = 0.7;

/** What a canvas shows when it is opened: everything if that can be read, else the start of the flow. */
export function firstView(boxes: readonly Box[], canvas: Size): View {
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - left;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - top;
  const room = { width: canvas.width - 2 * MARGIN, height: canvas.height - 2 * MARGIN };
  const zoom = Math.max(LEGIBLE, Math.min(1, room.width / width, room.height / height));
  return {
    x: width * zoom <= room.width ? (canvas.width - width * zoom) / 2 - left * zoom : MARGIN - left * zoom,
    y:
      height * zoom <= room.height
        ? (canvas.height - height * zoom) / 2 - top * zoom
        : startY(boxes, canvas, zoom),
    zoom,
  };
}

/** Of what is too high only a part is seen: the one in whose middle the flow begins. */
function startY(boxes: readonly Box[], canvas: Size, zoom: number): number {
  const [start] = [...boxes].sort((one, other) => one.x - other.x);
  return start ? canvas.height / 2 - (start.y + start.height / 2) * zoom : 0;
}

/** How far the canvas must move to the left for a box to be seen that something at its right edge covers. */
export function shiftIntoView(box: Box, { view, canvas }: { view: View; canvas: Size }): number {
  const right = (box.x + box.width) * view.zoom + view.x;
  const left = box.x * view.zoom + view.x;
  const isCovered = right > canvas.width - MARGIN / 2 && left > MARGIN;
  return isCovered ? Math.min(right - canvas.width + MARGIN, left - MARGIN / 2) : 0;
}
