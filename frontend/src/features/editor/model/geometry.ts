import type { Definition, Position, Step } from "./definition";
import { parentOf, positionsOf, scopesOf } from "./definition";

export type Size = { width: number; height: number };
export type Box = Size & { x: number; y: number };

export const STEP_WIDTH = 228;
export const STEP_HEIGHT = 64;
export const PORT_HEIGHT = 24;
export const FRAME_HEADER = 56;
export const FRAME_PADDING = 32;
const FRAME_MINIMUM: Size = { width: 420, height: 200 };

/** Height and width of an ordinary step: it grows with its ports. */
export function stepSize(portCount: number): Size {
  return { width: STEP_WIDTH, height: Math.max(STEP_HEIGHT, 16 + portCount * PORT_HEIGHT) };
}

export type SizeOptions = { isContainer: (step: Step) => boolean; portCount: (step: Step) => number };

/** The size of every step; a container is as large as what is inside it needs. */
export function sizesOf(definition: Definition, options: SizeOptions): Map<string, Size> {
  const sizes = new Map<string, Size>();
  const children = scopesOf(definition);
  const positions = positionsOf(definition);
  const visit = (step: Step, depth: number): Size => {
    const known = sizes.get(step.id);
    if (known) {
      return known;
    }
    const own = stepSize(options.portCount(step));
    sizes.set(step.id, own);
    if (!options.isContainer(step) || depth > 32) {
      return own;
    }
    const inner = (children.get(step.id) ?? []).map((child) => ({
      ...visit(child, depth + 1),
      ...toPoint(positions[child.id]),
    }));
    const size = frameSize(inner);
    sizes.set(step.id, size);
    return size;
  };
  for (const step of definition.steps) {
    visit(step, 0);
  }
  return sizes;
}

/** A frame that holds the boxes with room at the right and below, so that there is a place to drop to. */
export function frameSize(inner: readonly Box[]): Size {
  const right = Math.max(0, ...inner.map((box) => box.x + box.width));
  const bottom = Math.max(0, ...inner.map((box) => box.y + box.height));
  return {
    width: Math.max(FRAME_MINIMUM.width, right + FRAME_PADDING * 2),
    height: Math.max(FRAME_MINIMUM.height, bottom + FRAME_PADDING),
  };
}

/** The place of a step on the canvas, with all frames around it counted in. */
export function absolutePosition(definition: Definition, id: string | null): Position {
  const byId = new Map(definition.steps.map((step) => [step.id, step]));
  const positions = positionsOf(definition);
  let [x, y] = [0, 0];
  let step = id ? byId.get(id) : undefined;
  for (let depth = 0; step && depth < 32; depth += 1) {
    const [left, top] = positions[step.id] ?? [0, 0];
    [x, y] = [x + left, y + top];
    const parent = parentOf(step);
    step = parent ? byId.get(parent) : undefined;
  }
  return [x, y];
}

/** A place inside a frame that does not lie on its header or beyond its edge. */
export function insideFrame([x, y]: Position): Position {
  return [Math.max(FRAME_PADDING, x), Math.max(FRAME_HEADER + 8, y)];
}

/** The innermost container under a point of the canvas. */
export function containerAt(
  definition: Definition,
  {
    point,
    sizes,
    isContainer,
    except,
  }: {
    point: Position;
    sizes: ReadonlyMap<string, Size>;
    isContainer: (step: Step) => boolean;
    except: ReadonlySet<string>;
  },
): string | null {
  const hits = definition.steps.filter((step) => {
    const size = sizes.get(step.id);
    const [x, y] = absolutePosition(definition, step.id);
    const [left, top] = [point[0] - x, point[1] - y];
    return (
      isContainer(step) &&
      !except.has(step.id) &&
      size !== undefined &&
      left >= 0 &&
      top >= 0 &&
      left <= size.width &&
      top <= size.height
    );
  });
  const depth = (step: Step) => nesting(definition, step);
  return hits.sort((one, other) => depth(other) - depth(one))[0]?.id ?? null;
}

function nesting(definition: Definition, step: Step): number {
  let depth = 0;
  let current: Step | undefined = step;
  while (current?.parent && depth < 32) {
    const parent: string = current.parent;
    current = definition.steps.find((one) => one.id === parent);
    depth += 1;
  }
  return depth;
}

function toPoint(position: Position | undefined): { x: number; y: number } {
  const [x, y] = position ?? [FRAME_PADDING, FRAME_HEADER + 8];
  return { x, y };
}
