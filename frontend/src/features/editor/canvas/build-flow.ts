import type { FlowEdge, FlowNode, StepData, StepNode } from "@/features/editor/canvas/flow-types";
import { stepHandles } from "@/features/editor/canvas/handles";
import { startsOf, triggerEdges, triggerNodes } from "@/features/editor/canvas/triggers";
import type { Catalogue } from "@/features/editor/model/catalogue";
import { collapsedIds, hiddenSteps } from "@/features/editor/model/collapse";
import type { Definition, Positions, Step } from "@/features/editor/model/definition";
import { parentOf, positionsOf, stepTitle } from "@/features/editor/model/definition";
import type { Size } from "@/features/editor/model/geometry";
import { sizesOf, stepSize } from "@/features/editor/model/geometry";
import { descendants, edgesOf } from "@/features/editor/model/graph";
import type { Note } from "@/features/editor/model/notes";
import { notesOf } from "@/features/editor/model/notes";
import { problemsByStep } from "@/features/editor/model/problems";
import { isContainer, shownPorts, sizeOptions, usedPorts } from "@/features/editor/model/shapes";
import type { Selection, StepOverlay } from "@/features/editor/store/editor-state";
import { NOTE_PREFIX } from "@/features/editor/store/selection-slice";
import { texts } from "@/features/editor/texts";
import type { Problem } from "@/shared/api/errors";
import type { Webhook } from "@/shared/api/schemas";

export type FlowInput = {
  definition: Definition;
  catalogue: Catalogue;
  selection: Selection;
  dragged: Positions | null;
  overlays: Readonly<Record<string, StepOverlay>>;
  problems: readonly Problem[];
  webhooks: readonly Webhook[];
  canEdit: boolean;
};

/** What a node needs to know of the rest; `frames` are the steps that hold others. */
type Around = { input: FlowInput; frames: ReadonlySet<string>; size: Size; isSelected: boolean };

/** Makes what React Flow draws from the definition. What has not changed stays the same object and is not drawn again. */
export class FlowBuilder {
  private readonly nodes = new Memory<FlowNode>();
  private readonly edges = new Memory<FlowEdge>();
  private readonly ports = new Memory<StepData["ports"]>();

  buildNodes(input: FlowInput): FlowNode[] {
    const { definition, catalogue } = input;
    const sizes = sizesOf(withDragged(definition, input.dragged), sizeOptions(definition, catalogue));
    const used = usedPorts(definition);
    const problems = problemsByStep(definition, input.problems);
    const parents = new Set(definition.steps.map(parentOf));
    const frames = new Set(
      definition.steps.filter((step) => isContainer(step, catalogue)).map(({ id }) => id),
    );
    const selected = new Set(input.selection.steps);
    const hidden = hiddenSteps(definition);
    const collapsed = collapsedIds(definition);
    const shownSteps = outerFirst(definition.steps).filter((step) => !hidden.has(step.id));
    const steps = shownSteps.map((step) => {
      const shown = shownPorts(step, catalogue, used);
      const data: StepData = {
        step,
        type: catalogue.get(step.type),
        ports: this.ports.keep(step.id, shown, [JSON.stringify(shown)]),
        overlay: input.overlays[step.id],
        problems: problems.get(step.id)?.join("\n") ?? "",
        isEmpty: !parents.has(step.id),
        inner: collapsed.has(step.id) ? descendants(definition, step.id).size : 0,
        isCollapsed: collapsed.has(step.id),
      };
      return this.stepNode(data, {
        input,
        frames,
        size: sizes.get(step.id) ?? stepSize(1),
        isSelected: selected.has(step.id),
      });
    });
    const starts = triggerNodes(startsOf(definition, input.webhooks), { definition, selected });
    const notes = notesOf(definition).map((note) => this.noteNode(note, { input, selected }));
    const triggers = starts.map((node) => this.nodes.keep(node.id, node, [JSON.stringify(node)]));
    return [...notes, ...steps, ...triggers];
  }

  /** Notes lie under the steps, so that they can be the ground of an area. */
  private noteNode(note: Note, given: { input: FlowInput; selected: ReadonlySet<string> }): FlowNode {
    const id = `${NOTE_PREFIX}${note.id}`;
    const [x, y] = given.input.dragged?.[id] ?? note.position;
    const [width, height] = note.size;
    const isSelected = given.selected.has(id);
    const node: FlowNode = {
      id,
      type: "note",
      position: { x, y },
      data: { note, canEdit: given.input.canEdit },
      width,
      height,
      measured: { width, height },
      handles: [],
      selected: isSelected,
      connectable: false,
      zIndex: -1,
      ariaLabel: texts.notes.label(note.text),
    };
    return this.nodes.keep(id, node, [JSON.stringify(note), x, y, isSelected, given.input.canEdit]);
  }

  buildEdges(input: Omit<FlowInput, "dragged" | "problems" | "canEdit">): FlowEdge[] {
    const { definition, overlays } = input;
    const selected = new Set(input.selection.edges);
    const titles = new Map(definition.steps.map((step) => [step.id, stepTitle(step)]));
    const hidden = hiddenSteps(definition);
    const shown = edgesOf(definition).filter((edge) => !hidden.has(edge.from) && !hidden.has(edge.to));
    const wires = shown.map((edge): FlowEdge => {
      const count = overlays[edge.from]?.ports[edge.port] ?? 0;
      const isRunning = count > 0 && overlays[edge.to]?.status === "running";
      const status = isRunning ? "running" : count > 0 ? "taken" : "idle";
      const from = titles.get(edge.from) ?? edge.from;
      const to = titles.get(edge.to) ?? edge.to;
      const isSelected = selected.has(edge.id);
      const made: FlowEdge = {
        id: edge.id,
        type: "wire",
        source: edge.from,
        sourceHandle: edge.port,
        target: edge.to,
        targetHandle: "in",
        selected: isSelected,
        ariaLabel: texts.canvas.wire(from, edge.port, to),
        data: { from: edge.from, to: edge.to, port: edge.port, count, status },
      };
      return this.edges.keep(edge.id, made, [isSelected, count, status, from, to]);
    });
    const starts = triggerEdges(startsOf(definition, input.webhooks), definition);
    return [...wires, ...starts.map((edge) => this.edges.keep(edge.id, edge, []))];
  }

  private stepNode(data: StepData, { input, frames, size, isSelected }: Around): FlowNode {
    const { step, type } = data;
    const position = input.dragged?.[step.id] ?? positionsOf(input.definition)[step.id] ?? [0, 0];
    const [x, y] = position;
    const parent = parentOf(step);
    const isNested = parent !== null && frames.has(parent);
    const isFrame = type?.container === true && !data.isCollapsed;
    const node: StepNode = {
      id: step.id,
      type: isFrame ? "frame" : "step",
      position: { x, y },
      data,
      ...size,
      measured: size,
      handles: stepHandles({ ports: data.ports, size, isFrame }),
      selected: isSelected,
      ariaLabel: labelOf(data),
      ...(isNested ? { parentId: parent, extent: "parent" as const } : {}),
    };
    return this.nodes.keep(step.id, node, [
      ...Object.values(data),
      x,
      y,
      size.width,
      size.height,
      isSelected,
      isNested,
    ]);
  }
}

/** Keeps the last value made for a key as long as what it was made from stays the same. */
class Memory<T> {
  private readonly kept = new Map<string, { value: T; from: readonly unknown[] }>();

  keep(key: string, value: T, from: readonly unknown[]): T {
    const known = this.kept.get(key);
    if (known && known.from.length === from.length && known.from.every((one, index) => one === from[index])) {
      return known.value;
    }
    this.kept.set(key, { value, from });
    return value;
  }
}

/** React Flow wants containers before what is inside them. */
function outerFirst(steps: readonly Step[]): Step[] {
  const known = new Set(steps.map((step) => step.id));
  const byParent = Map.groupBy(steps, (step) => {
    const parent = parentOf(step);
    return parent !== null && known.has(parent) ? parent : null;
  });
  const walk = (parent: string | null): Step[] =>
    (byParent.get(parent) ?? []).flatMap((step) => [step, ...walk(step.id)]);
  return walk(null);
}

function withDragged(definition: Definition, dragged: Positions | null): Definition {
  if (!dragged) {
    return definition;
  }
  const positions = { ...positionsOf(definition) };
  for (const [id, [x, y]] of Object.entries(dragged)) {
    positions[id] = [x, y];
  }
  return { ...definition, ui: { ...definition.ui, positions } };
}

function labelOf({ step, type, overlay, problems }: StepData): string {
  const notes = [
    step.enabled === false && texts.canvas.disabled,
    step.pinned_output !== undefined && step.pinned_output !== null && texts.canvas.pinned,
    problems !== "" && texts.canvas.problems(problems.split("\n").length),
  ];
  return texts.canvas.stepLabel({
    type: type?.label ?? step.type,
    name: stepTitle(step),
    status: overlay?.status,
    notes: notes.filter((note) => typeof note === "string"),
  });
}
