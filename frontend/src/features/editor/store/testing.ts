import type { Definition } from "@/features/editor/model/definition";
import { catalogue } from "@/features/editor/model/testing";
import { createEditorStore } from "@/features/editor/store/editor-store";

/** A store over a definition, with a clock that moves a minute at every edit. */
export function openStore(definition: Definition) {
  let time = 0;
  const places = Object.fromEntries(
    definition.steps.map((step): [string, [number, number]] => [step.id, [0, 0]]),
  );
  return createEditorStore({
    workflow: { id: "w1", slug: "w", isActive: true, publishedVersion: null, status: "draft" },
    definition: { ...definition, ui: { positions: places, ...definition.ui } },
    revision: 1,
    catalogue,
    now: () => {
      time += 60_000;
      return time;
    },
  });
}
