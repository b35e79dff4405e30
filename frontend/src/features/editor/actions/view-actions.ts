import {
  IconArrowsMaximize,
  IconHandFinger,
  IconKeyboard,
  IconLayoutDistributeHorizontal,
  IconZoomIn,
  IconZoomOut,
  IconZoomReset,
} from "@tabler/icons-react";
import type { Action, ActionContext } from "@/features/editor/actions/action";
import { loadElk } from "@/features/editor/model/elk";
import { tidyOptions } from "@/features/editor/model/shapes";
import { tidy } from "@/features/editor/model/tidy";
import { texts } from "@/features/editor/texts";
import { notifyError } from "@/shared/ui/notify";

export const tidyAction: Action = {
  name: "tidy",
  label: "Tidy up",
  icon: IconLayoutDistributeHorizontal,
  shortcuts: ["shift+alt+t"],
  group: "View",
  isEnabled: (state) => state.canEdit && state.history.present.steps.length > 0,
  perform: (context) =>
    void tidyUp(context).catch((error: unknown) => notifyError({ title: texts.canvas.cannotTidy, error })),
};

async function tidyUp({ store, flow }: ActionContext): Promise<void> {
  const { history, catalogue } = store.getState();
  const elk = await loadElk();
  const positions = await tidy(history.present, tidyOptions(history.present, catalogue), elk);
  store.getState().edit({ kind: "move_steps", positions });
  // React Flow knows the new places only after the next drawing.
  setTimeout(() => void flow.fitView({ padding: 0.1, maxZoom: 1, duration: 250 }), 60);
}

export const fitAction: Action = {
  name: "fit",
  label: "Fit to view",
  icon: IconArrowsMaximize,
  shortcuts: ["1"],
  group: "View",
  perform: ({ flow }) => void flow.fitView({ padding: 0.1, maxZoom: 1, duration: 250 }),
};

export const zoomInAction: Action = {
  name: "zoom-in",
  label: "Zoom in",
  icon: IconZoomIn,
  shortcuts: ["+", "="],
  group: "View",
  perform: ({ flow }) => void flow.zoomIn({ duration: 150 }),
};

export const zoomOutAction: Action = {
  name: "zoom-out",
  label: "Zoom out",
  icon: IconZoomOut,
  shortcuts: ["-"],
  group: "View",
  perform: ({ flow }) => void flow.zoomOut({ duration: 150 }),
};

export const zoomResetAction: Action = {
  name: "zoom-reset",
  label: "Zoom to 100 %",
  icon: IconZoomReset,
  shortcuts: ["0"],
  group: "View",
  perform: ({ flow }) => void flow.zoomTo(1, { duration: 150 }),
};

export const escapeAction: Action = {
  name: "deselect",
  label: "Deselect, close",
  icon: IconHandFinger,
  shortcuts: ["escape"],
  group: "View",
  perform: ({ store }) => {
    const { select, setView } = store.getState();
    select({});
    setView({ contextMenu: null, connectingFrom: null });
  },
};

export const shortcutsAction: Action = {
  name: "shortcuts",
  label: "Keyboard shortcuts",
  icon: IconKeyboard,
  shortcuts: ["?"],
  group: "View",
  perform: ({ store }) => store.getState().setView({ dialog: "shortcuts" }),
};
