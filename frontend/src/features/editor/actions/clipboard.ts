import type { Step } from "@/features/editor/model/definition";
import { findStep } from "@/features/editor/model/definition";
import { copySteps, parseStepsText, pastedIds } from "@/features/editor/model/edit-paste";
import { parseEdgeId } from "@/features/editor/model/graph";
import type { Operation } from "@/features/editor/model/operations";
import type { EditorState } from "@/features/editor/store/editor-state";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { selectedNotes } from "@/features/editor/store/selection-slice";
import { copyText } from "@/shared/lib/clipboard";

/** The last copied text, for browsers that do not let a page read the clipboard. */
let lastCopied = "";
let pasteCount = 0;

export function selectedText(state: EditorState): string | null {
  const ids = stepsOf(state);
  return ids.length > 0 ? copySteps(state.history.present, ids) : null;
}

export function copySelection(store: EditorStore): void {
  const text = selectedText(store.getState());
  if (text) {
    remember(text);
    void copyText(text);
  }
}

export function remember(text: string): void {
  lastCopied = text;
  pasteCount = 0;
}

/** Adds copied steps beside where they came from; false when the text is something else. */
export function pasteText(store: EditorStore, text: string): boolean {
  const content = parseStepsText(text);
  if (!content) {
    return false;
  }
  pasteCount += 1;
  const { history, edit, select } = store.getState();
  const isHere = content.steps.some((step) => history.present.steps.some((one) => one.id === step.id));
  const shift = isHere ? 40 * pasteCount : 0;
  const ids = pastedIds(history.present, content);
  const roots = content.steps.flatMap((step, index) =>
    content.steps.some((one) => one.id === step.parent) ? [] : [ids[index] ?? ""],
  );
  const parent = commonParent(store.getState(), content.steps);
  edit({ kind: "paste", content, offset: [shift, shift], parent });
  select({ steps: roots });
  return true;
}

export async function pasteFromClipboard(store: EditorStore): Promise<void> {
  const text = await readClipboard();
  if (!pasteText(store, text)) {
    pasteText(store, lastCopied);
  }
}

export function duplicateSelection(store: EditorStore): void {
  const text = selectedText(store.getState());
  if (text) {
    pasteCount = 0;
    pasteText(store, text);
  }
}

export function removeSelection(store: EditorStore, options: { reconnect?: boolean } = {}): void {
  const { selection, edit } = store.getState();
  const ids = stepsOf(store.getState());
  const connections = selection.edges.flatMap((id) => parseEdgeId(id) ?? []);
  const steps: Operation = options.reconnect
    ? { kind: "remove_steps", ids, reconnect: true }
    : { kind: "remove", ids, connections };
  const notes: Operation = { kind: "notes", change: { kind: "remove", ids: selectedNotes(selection) } };
  edit({ kind: "batch", operations: [steps, notes] });
}

/** The selected steps, without triggers and notes, which are no steps. */
export function stepsOf(state: EditorState): string[] {
  return state.selection.steps.filter((id) => findStep(state.history.present, id));
}

/** Copies go where the originals are, when those are still here and together. */
function commonParent(state: EditorState, steps: readonly Step[]): string | null {
  const ids = new Set(steps.map((step) => step.id));
  const parents = new Set(
    steps.filter((step) => !step.parent || !ids.has(step.parent)).map((step) => step.parent ?? null),
  );
  const [parent] = [...parents];
  return parents.size === 1 && parent && findStep(state.history.present, parent) ? parent : null;
}

async function readClipboard(): Promise<string> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return lastCopied;
  }
}
