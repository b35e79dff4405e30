import type { Definition, Step } from "./definition";
import { findStep, parentOf, scopesOf, stepTitle } from "./definition";
import { NEXT, parseRef } from "./refs";

export type OutlineRow = {
  step: Step;
  /** From 1, as trees count. */
  level: number;
  parent: string | null;
  /** Its place among those with the same parent, from 1, and how many these are. */
  position: number;
  size: number;
  /** What it waits for; the port is empty where it is the usual one. */
  after: readonly { title: string; port: string }[];
  hasInside: boolean;
};

/** The workflow as a list to read: each step below those it waits for, what is inside a container right after it. */
export function outlineOf(definition: Definition): OutlineRow[] {
  const children = scopesOf(definition);
  const rowsOf = (parent: string | null, level: number): OutlineRow[] => {
    const scope = inOrder(children.get(parent) ?? []);
    return scope.flatMap((step, index) => [
      {
        step,
        level,
        parent,
        position: index + 1,
        size: scope.length,
        after: sourcesOf(definition, step),
        hasInside: (children.get(step.id)?.length ?? 0) > 0,
      },
      ...(level < 32 ? rowsOf(step.id, level + 1) : []),
    ]);
  };
  return rowsOf(null, 1);
}

/** The row that an arrow key leads to from another: up and down the list, left to the container, right into it. */
export function outlineMove(rows: readonly OutlineRow[], { from, key }: { from: string; key: string }) {
  const index = rows.findIndex(({ step }) => step.id === from);
  const row = rows[index];
  if (!row) return rows[0]?.step.id;
  const target = targetIndex(rows, { index, row, key });
  return target === undefined ? undefined : rows[target]?.step.id;
}

type Place = { index: number; row: OutlineRow; key: string };

function targetIndex(rows: readonly OutlineRow[], { index, row, key }: Place): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(index + 1, rows.length - 1);
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "Home":
      return 0;
    case "End":
      return rows.length - 1;
    case "ArrowRight":
      return row.hasInside ? index + 1 : index;
    case "ArrowLeft":
      return row.parent ? rows.findIndex(({ step }) => step.id === row.parent) : index;
    default:
      return undefined;
  }
}

/** Those that wait come after what they wait for; apart from that the order of the document stays. */
function inOrder(scope: readonly Step[]): Step[] {
  const waiting = [...scope];
  const done = new Set<string>();
  const ids = new Set(scope.map(({ id }) => id));
  const ordered: Step[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex((step) =>
      (step.after ?? []).map((text) => parseRef(text).step).every((id) => done.has(id) || !ids.has(id)),
    );
    const [next] = waiting.splice(Math.max(0, ready), 1);
    if (next) {
      ordered.push(next);
      done.add(next.id);
    }
  }
  return ordered;
}

function sourcesOf(definition: Definition, step: Step) {
  return (step.after ?? []).map((text) => {
    const { step: id, port } = parseRef(text);
    const source = findStep(definition, id);
    const isOutside = source !== undefined && parentOf(source) !== parentOf(step);
    return { title: source && !isOutside ? stepTitle(source) : id, port: port === NEXT ? "" : port };
  });
}
