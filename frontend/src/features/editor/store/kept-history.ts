import { get, set } from "idb-keyval";
import { z } from "zod";
import type { Definition } from "@/features/editor/model/definition";
import { definitionSchema } from "@/features/editor/model/definition";
import type { History } from "@/features/editor/model/history";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { stableJson } from "@/shared/lib/stable-json";

/** Undo and redo across reloads: the last edits are kept in the browser, and taken up if the draft is still the same. */

const MOST_ENTRIES = 50;
const DELAY_MS = 1000;

const keptSchema = z.object({
  present: definitionSchema,
  past: z.array(definitionSchema),
  future: z.array(definitionSchema),
});

export type Kept = z.infer<typeof keptSchema>;

export function toKept({ past, present, future }: History<Definition>): Kept {
  return { present, past: past.slice(-MOST_ENTRIES), future: future.slice(0, MOST_ENTRIES) };
}

/** The history to go on with; null when the draft has changed since, for then the old edits would bring back old steps. */
export function takenUp(
  kept: unknown,
  present: Definition,
): Pick<History<Definition>, "past" | "future"> | null {
  const parsed = keptSchema.safeParse(kept);
  if (!parsed.success || stableJson(parsed.data.present) !== stableJson(present)) {
    return null;
  }
  return { past: parsed.data.past, future: parsed.data.future };
}

/** Takes up what was kept, then keeps what happens; a browser without storage simply forgets. */
export function keepHistory(store: EditorStore): () => void {
  const key = `history:${store.getState().workflow.id}`;
  const opened = store.getState().history;
  let timer: ReturnType<typeof setTimeout> | undefined;
  void get(key).then((kept: unknown) => {
    const found = takenUp(kept, opened.present);
    if (found && store.getState().history === opened) {
      store.setState({ history: { ...opened, ...found } });
    }
  }, forget);
  const unsubscribe = store.subscribe((state, before) => {
    if (state.history !== before.history) {
      clearTimeout(timer);
      timer = setTimeout(() => void set(key, toKept(state.history)).catch(forget), DELAY_MS);
    }
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
    void set(key, toKept(store.getState().history)).catch(forget);
  };
}

/** Private windows and full disks refuse storage: undo then ends with the page, which is no reason to stop editing. */
const forget = () => undefined;
