import {
  IconCommand,
  IconDeviceFloppy,
  IconFileCode,
  IconHistory,
  IconListSearch,
  IconListTree,
  IconPlayerPlay,
  IconRocket,
  IconSearch,
} from "@tabler/icons-react";
import type { Action } from "@/features/editor/actions/action";
import { PALETTE_SEARCH_ID } from "@/features/editor/palette/group-types";

export const findStepTypeAction: Action = {
  name: "add-step",
  label: "Add a step",
  icon: IconSearch,
  shortcuts: ["n"],
  group: "Edit",
  isEnabled: (state) => state.canEdit,
  perform: ({ store }) => {
    store.getState().setView({ isPaletteOpen: true });
    requestAnimationFrame(() => document.getElementById(PALETTE_SEARCH_ID)?.focus());
  },
};

export const commandsAction: Action = {
  name: "commands",
  label: "Command palette",
  icon: IconCommand,
  shortcuts: ["mod+k", "mod+shift+k"],
  group: "Workflow",
  worksInFields: true,
  perform: ({ store }) => store.getState().setView({ dialog: "commands" }),
};

export const findAction: Action = {
  name: "find",
  label: "Find a step",
  icon: IconListSearch,
  shortcuts: ["mod+f"],
  group: "View",
  perform: ({ store }) => store.getState().setView({ dialog: "find" }),
};

export const yamlAction: Action = {
  name: "yaml",
  label: "Show as YAML or as a drawing",
  icon: IconFileCode,
  shortcuts: ["alt+y"],
  group: "View",
  worksInFields: true,
  perform: ({ store }) => {
    const { look, setView } = store.getState();
    setView({ look: look === "yaml" ? "canvas" : "yaml" });
  },
};

export const outlineAction: Action = {
  name: "outline",
  label: "Show as an outline or as a drawing",
  icon: IconListTree,
  shortcuts: ["alt+o"],
  group: "View",
  worksInFields: true,
  perform: ({ store }) => {
    const { look, setView } = store.getState();
    setView({ look: look === "outline" ? "canvas" : "outline" });
  },
};

export const versionsAction: Action = {
  name: "versions",
  label: "Versions",
  icon: IconHistory,
  shortcuts: ["alt+h"],
  group: "Workflow",
  perform: ({ store }) => store.getState().setView({ dialog: "versions" }),
};

export const runAction: Action = {
  name: "run",
  label: "Run",
  icon: IconPlayerPlay,
  shortcuts: ["mod+enter"],
  group: "Workflow",
  worksInFields: true,
  isEnabled: (state) => state.canRun,
  perform: ({ store }) => store.getState().setView({ dialog: "run" }),
};

export const publishAction: Action = {
  name: "publish",
  label: "Publish",
  icon: IconRocket,
  shortcuts: ["shift+p"],
  group: "Workflow",
  isEnabled: (state) => state.canEdit,
  perform: ({ store }) => store.getState().setView({ dialog: "publish" }),
};

export const saveAction: Action = {
  name: "save",
  label: "Save now",
  icon: IconDeviceFloppy,
  shortcuts: ["mod+s"],
  group: "Workflow",
  worksInFields: true,
  isEnabled: (state) => state.canEdit,
  perform: ({ autosave }) => void autosave.flush(),
};
