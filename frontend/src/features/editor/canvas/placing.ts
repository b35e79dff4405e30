import type { Catalogue } from "@/features/editor/model/catalogue";
import { hiddenSteps } from "@/features/editor/model/collapse";
import type { Definition, Position, Step } from "@/features/editor/model/definition";
import { findStep, parentOf, positionsOf } from "@/features/editor/model/definition";
import type { Size } from "@/features/editor/model/geometry";
import {
  absolutePosition,
  containerAt,
  insideFrame,
  STEP_HEIGHT,
  STEP_WIDTH,
  sizesOf,
} from "@/features/editor/model/geometry";
import type { Connection } from "@/features/editor/model/graph";
import { ancestors, edgesOf, parseEdgeId } from "@/features/editor/model/graph";
import { newStep } from "@/features/editor/model/new-step";
import type { Operation } from "@/features/editor/model/operations";
import { defaultPort, ownPorts } from "@/features/editor/model/ports";
import { isContainer, sizeOptions, usedPorts } from "@/features/editor/model/shapes";

/** Where new and dropped steps go: which operation a gesture on the canvas means. Points are in canvas coordinates. */

export type Document = { definition: Definition; catalogue: Catalogue };
export type Added = { id: string; operation: Operation };

const GRID = 8;
const GAP_X = 80;
const SPLICE_GAP = 56;
const GAP_Y = 32;

/** A step type dropped on the canvas: onto a wire, into a container, or freely. */
export function addAtPoint(
  { definition, catalogue }: Document,
  { type, point, edgeId }: { type: string; point: Position; edgeId: string | null },
): Added | null {
  const stepType = catalogue.get(type);
  if (!stepType) {
    return null;
  }
  const corner: Position = [point[0] - STEP_WIDTH / 2, point[1] - STEP_HEIGHT / 2];
  const edge = edgeId ? parseEdgeId(edgeId) : null;
  const target = edge ? findStep(definition, edge.to) : undefined;
  if (edge && target) {
    const step = newStep(definition, stepType, parentOf(target));
    const wanted = snapped(relativeTo(definition, parentOf(target), corner));
    const { position, moved } = roomInWire({ definition, catalogue }, { edge, wanted });
    const port = defaultPort(step, stepType);
    const splice: Operation = { kind: "splice_step", step, position, edge, port };
    const operations: Operation[] = [splice, { kind: "move_steps", positions: moved }];
    return { id: step.id, operation: { kind: "batch", operations } };
  }
  const parent = containerUnder({ definition, catalogue }, point, new Set());
  const step = newStep(definition, stepType, parent);
  return {
    id: step.id,
    operation: { kind: "add_step", step, position: snapped(relativeTo(definition, parent, corner)) },
  };
}

/** A step type chosen without a place: after the given step and connected to it, or at the given point. */
export function addAfter(
  { definition, catalogue }: Document,
  { type, after, port, point }: { type: string; after: Step | undefined; port?: string; point: Position },
): Added | null {
  const stepType = catalogue.get(type);
  if (!stepType) {
    return null;
  }
  const parent = after ? parentOf(after) : null;
  const step = newStep(definition, stepType, parent);
  const sizes = sizesOf(definition, sizeOptions(definition, catalogue));
  const [x, y] = after ? (positionsOf(definition)[after.id] ?? [0, 0]) : point;
  const wanted: Position = after ? [x + (sizes.get(after.id)?.width ?? STEP_WIDTH) + GAP_X, y] : [x, y];
  const position = snapped(freePlace(definition, { wanted, parent, sizes }));
  if (!after) {
    return { id: step.id, operation: { kind: "add_step", step, position } };
  }
  const from = port ?? freePort({ definition, catalogue }, after);
  return {
    id: step.id,
    operation: { kind: "add_step", step, position, connect: { from: after.id, port: from, to: step.id } },
  };
}

/** Steps that were dragged and let go: moved, put into a container, or spliced into a wire. */
export function dropDragged(
  document: Document,
  { dragged, edgeId }: { dragged: Readonly<Record<string, Position>>; edgeId: string | null },
): Operation {
  const { definition } = document;
  const ids = Object.keys(dragged);
  const tops = ids.filter((id) => parentOf(findStep(definition, id) ?? { id, type: "" }) === null);
  const operations: Operation[] = [{ kind: "move_steps", positions: keptInside(definition, dragged) }];
  for (const [parent, positions] of nestings(document, { tops, dragged })) {
    operations.push({ kind: "set_parent", ids: Object.keys(positions), parent, positions });
  }
  const splice = ids.length === 1 ? spliceOf(document, ids[0] ?? "", edgeId) : null;
  return { kind: "batch", operations: splice ? [...operations, splice] : operations };
}

function keptInside(
  definition: Definition,
  dragged: Readonly<Record<string, Position>>,
): Record<string, Position> {
  return Object.fromEntries(
    Object.entries(dragged).map(([id, place]) => [
      id,
      findStep(definition, id)?.parent ? insideFrame(place) : place,
    ]),
  );
}

type Nesting = { tops: readonly string[]; dragged: Readonly<Record<string, Position>> };

function nestings(document: Document, { tops, dragged }: Nesting): Map<string, Record<string, Position>> {
  const sizes = sizesOf(document.definition, sizeOptions(document.definition, document.catalogue));
  const found = new Map<string, Record<string, Position>>();
  for (const id of tops) {
    const [x, y] = dragged[id] ?? [0, 0];
    const { width, height } = sizes.get(id) ?? { width: STEP_WIDTH, height: STEP_HEIGHT };
    const parent = containerUnder(
      document,
      [x + width / 2, y + Math.min(height, STEP_HEIGHT) / 2],
      new Set(tops),
    );
    if (parent) {
      const place = relativeTo(document.definition, parent, [x, y]);
      found.set(parent, { ...found.get(parent), [id]: place });
    }
  }
  return found;
}

function spliceOf({ definition, catalogue }: Document, id: string, edgeId: string | null): Operation | null {
  const step = findStep(definition, id);
  const edge = edgeId ? parseEdgeId(edgeId) : null;
  const isLoose = !step?.after?.length && !edgesOf(definition).some((one) => one.from === id);
  if (!step || !edge || !isLoose) {
    return null;
  }
  return { kind: "splice_existing", id, edge, port: defaultPort(step, catalogue.get(step.type)) };
}

function containerUnder({ definition, catalogue }: Document, point: Position, except: ReadonlySet<string>) {
  const hidden = hiddenSteps(definition);
  return containerAt(definition, {
    point,
    sizes: sizesOf(definition, sizeOptions(definition, catalogue)),
    isContainer: (step) => isContainer(step, catalogue) && !hidden.has(step.id),
    except,
  });
}

function relativeTo(definition: Definition, parent: string | null, [x, y]: Position): Position {
  if (parent === null) {
    return [x, y];
  }
  const [left, top] = absolutePosition(definition, parent);
  return insideFrame([x - left, y - top]);
}

type Wire = { edge: Connection; wanted: Position };

/** Between the two ends of a wire; where there is too little room, what comes after makes way. */
function roomInWire({ definition, catalogue }: Document, { edge, wanted }: Wire) {
  const sizes = sizesOf(definition, sizeOptions(definition, catalogue));
  const positions = positionsOf(definition);
  const [fromX, fromY] = positions[edge.from] ?? [0, 0];
  const [toX] = positions[edge.to] ?? [0, 0];
  const start = fromX + (sizes.get(edge.from)?.width ?? STEP_WIDTH) + SPLICE_GAP;
  const missing = start + STEP_WIDTH + SPLICE_GAP - toX;
  if (missing <= 0) {
    const x = Math.min(Math.max(wanted[0], start), toX - STEP_WIDTH - SPLICE_GAP);
    return { position: snapped([x, wanted[1]]), moved: {} };
  }
  const later = definition.steps.filter(
    (step) => step.id === edge.to || ancestors(definition, step.id).has(edge.to),
  );
  const moved = later.map((step): [string, Position] => {
    const [x, y] = positions[step.id] ?? [0, 0];
    return [step.id, snapped([x + missing, y])];
  });
  return { position: snapped([start, fromY]), moved: Object.fromEntries(moved) };
}

function snapped([x, y]: Position): Position {
  return [Math.round(x / GRID) * GRID, Math.round(y / GRID) * GRID];
}

type Place = { wanted: Position; parent: string | null; sizes: ReadonlyMap<string, Size> };

/** The wanted place, or the next one below it that no other step covers. */
function freePlace(definition: Definition, { wanted, parent, sizes }: Place): Position {
  const positions = positionsOf(definition);
  const boxes = definition.steps
    .filter((step) => parentOf(step) === parent)
    .map((step) => ({ place: positions[step.id] ?? [0, 0], size: sizes.get(step.id) }));
  const [x] = wanted;
  let [, y] = wanted;
  const blocker = () =>
    boxes.find(({ place: [left, top], size }) => {
      const { width, height } = size ?? { width: STEP_WIDTH, height: STEP_HEIGHT };
      const isBeside = x + STEP_WIDTH < left || x > left + width;
      return !isBeside && y + STEP_HEIGHT + GAP_Y / 2 > top && y < top + height + GAP_Y / 2;
    });
  for (let box = blocker(), tries = 0; box && tries < 500; box = blocker(), tries += 1) {
    y = box.place[1] + (box.size?.height ?? STEP_HEIGHT) + GAP_Y;
  }
  return [x, y];
}

function freePort({ definition, catalogue }: Document, step: Step): string {
  const type = catalogue.get(step.type);
  const used = usedPorts(definition).get(step.id);
  return ownPorts(step, type).find((port) => !used?.has(port)) ?? defaultPort(step, type);
}
