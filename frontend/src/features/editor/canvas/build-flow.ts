import type { FlowEdge, FlowNode, StepData, StepNode } from "@/features/editor/canvas/flow-types";
import { startsOf, triggerEdges, triggerNodes } from "@/features/editor/canvas/triggers";
import type { Catalogue } from "@/features/editor/model/catalogue";
import type { Definition, Positions, Step } from "@/features/editor/model/definition";
import { parentOf, positionsOf, stepTitle } from "@/features/editor/model/definition";
import type { Size } from "@/features/editor/model/geometry";
import { sizesOf, stepSize } from "@/features/editor/model/geometry";
import { edgesOf } from "@/features/editor/model/graph";
import { problemsByStep } from "@/features/editor/model/problems";
import { isContainer, shownPorts, sizeOptions, usedPorts } from "@/features/editor/model/shapes";
import type { Selection, StepOverlay } from "@/features/editor/store/editor-state";
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
};

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
    const selected = new Set(input.selection.steps);
    const steps = outerFirst(definition.steps).map((step) => {
      const shown = shownPorts(step, catalogue, used);
      const data: StepData = {
        step,
        type: catalogue.get(step.type),
        ports: this.ports.keep(step.id, shown, [JSON.stringify(shown)]),
        overlay: input.overlays[step.id],
        problems: problems.get(step.id)?.join("\n") ?? "",
        isEmpty: !parents.has(step.id),
      };
      return this.stepNode(data, {
        input,
        size: sizes.get(step.id) ?? stepSize(1),
        isSelected: selected.has(step.id),
      });
    });
    const starts = triggerNodes(startsOf(definition, input.webhooks), { definition, selected });
    return [...steps, ...starts.map((node) => this.nodes.keep(node.id, node, [JSON.stringify(node)]))];
  }

  buildEdges(input: Omit<FlowInput, "dragged" | "problems">): FlowEdge[] {
    const { definition, overlays } = input;
    const selected = new Set(input.selection.edges);
    const titles = new Map(definition.steps.map((step) => [step.id, stepTitle(step)]));
    const wires = edgesOf(definition).map((edge): FlowEdge => {
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

  private stepNode(data: StepData, given: { input: FlowInput; size: Size; isSelected: boolean }): FlowNode {
    const { step, type } = data;
    const { input, size, isSelected } = given;
    const position = input.dragged?.[step.id] ?? positionsOf(input.definition)[step.id] ?? [0, 0];
    const [x, y] = position;
    const parent = parentOf(step);
    const parentStep = input.definition.steps.find((one) => one.id === parent);
    const isNested = parentStep !== undefined && isContainer(parentStep, input.catalogue);
    const node: StepNode = {
      id: step.id,
      type: type?.container ? "frame" : "step",
      position: { x, y },
      data,
      ...size,
      measured: size,
      selected: isSelected,
      ariaLabel: labelOf(data),
      ...(isNested && parent ? { parentId: parent, extent: "parent" as const } : {}),
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
  const byParent = new Map<string | null, Step[]>();
  const known = new Set(steps.map((step) => step.id));
  for (const step of steps) {
    const parent = parentOf(step);
    const key = parent !== null && known.has(parent) ? parent : null;
    byParent.set(key, [...(byParent.get(key) ?? []), step]);
  }
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
