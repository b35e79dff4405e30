import type { Definition } from "@/shared/api/schemas";

export type PreviewStep = { id: string; name: string; type: string; x: number; y: number; inner: number };
export type PreviewWire = { from: PreviewStep; to: PreviewStep };
export type Preview = {
  steps: readonly PreviewStep[];
  wires: readonly PreviewWire[];
  columns: number;
  rows: number;
};

/** Where the steps at the top stand in a small picture: columns by how far they are from the start. */
export function previewOf({ steps }: Definition): Preview {
  const top = steps.filter(({ parent }) => !parent);
  const sources = new Map(top.map(({ id, after }) => [id, sourcesOf(after)]));
  const depths = depthsOf(sources);
  const used = new Map<number, number>();
  const placed = top.map(({ id, name, type }) => {
    const x = depths.get(id) ?? 0;
    const y = used.get(x) ?? 0;
    used.set(x, y + 1);
    return { id, name: name ?? id, type, x, y, inner: steps.filter(({ parent }) => parent === id).length };
  });
  const rows = Math.max(1, ...used.values());
  const centred = placed.map((step) => ({ ...step, y: step.y + (rows - (used.get(step.x) ?? 1)) / 2 }));
  const byId = new Map(centred.map((step) => [step.id, step]));
  const wires = centred.flatMap((to) =>
    (sources.get(to.id) ?? []).flatMap((source) => {
      const from = byId.get(source);
      return from ? [{ from, to }] : [];
    }),
  );
  return { steps: centred, wires, columns: Math.max(0, ...depths.values()) + 1, rows };
}

function sourcesOf(after: readonly string[] | undefined): string[] {
  return (after ?? []).flatMap((reference) => reference.split(".")[0] ?? []);
}

/** The longest way from an entry step to each step; a reference that leads nowhere counts as none. */
function depthsOf(sources: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const depths = new Map<string, number>();
  const visit = (id: string, seen: ReadonlySet<string>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const before = (sources.get(id) ?? []).filter((source) => sources.has(source) && !seen.has(source));
    const depth = Math.max(-1, ...before.map((source) => visit(source, new Set([...seen, id])))) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const id of sources.keys()) visit(id, new Set([id]));
  return depths;
}
