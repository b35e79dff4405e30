import type { Catalogue } from "@/features/editor/model/catalogue";
import type { Definition, Positions, Step } from "@/features/editor/model/definition";
import type { History } from "@/features/editor/model/history";
import type { Operation } from "@/features/editor/model/operations";
import type { Problem } from "@/shared/api/errors";
import type { Job, JobEvent, StepStatus, StepTest, Webhook } from "@/shared/api/schemas";

/** What the editor knows of a workflow besides its definition. */
export type WorkflowInfo = {
  id: string;
  slug: string;
  isActive: boolean;
  publishedVersion: number | null;
  status: string;
};

export type DocumentSlice = {
  workflow: WorkflowInfo;
  catalogue: Catalogue;
  history: History<Definition>;
  /** Does one edit. Edits with the same `coalesceKey` that follow each other quickly are one undo entry. */
  edit: (operation: Operation, options?: { coalesceKey?: string }) => void;
  undo: () => void;
  redo: () => void;
  updateWorkflow: (change: Partial<WorkflowInfo>) => void;
};

export type Selection = { steps: readonly string[]; edges: readonly string[] };
export type PanelTab = "settings" | "input" | "output" | "log";

export type SelectionSlice = {
  selection: Selection;
  panelTab: PanelTab;
  select: (selection: Partial<Selection>) => void;
  setPanelTab: (tab: PanelTab) => void;
};

export type SaveStatus = "saved" | "unsaved" | "saving" | "offline" | "failed" | "conflict";
export type Draft = { definition: Definition; revision: number };

export type SavingSlice = {
  saveStatus: SaveStatus;
  saveError: string | null;
  saved: Draft;
  theirs: Draft | null;
  problems: readonly Problem[];
  warnings: readonly Problem[];
  setSaving: (change: Partial<Pick<SavingSlice, "saveStatus" | "saveError" | "saved" | "theirs">>) => void;
  setProblems: (found: { problems: readonly Problem[]; warnings: readonly Problem[] }) => void;
  takeTheirs: () => void;
  /** Goes on with drafts that were joined; undo brings one's own back. */
  takeMerged: (definition: Definition) => void;
};

/** One step in one job, in one iteration, as the canvas and the panel need it. */
export type Run = {
  step: string;
  path: string;
  status: StepStatus;
  port: string | null;
  duration: number | null;
  startedAt: string | null;
  attempts: number;
  message: string | null;
  /** The line of the user's own code that failed, from 1. */
  line: number | null;
  input: unknown;
  output: unknown;
  log: string;
  continued: boolean;
  progress: { done: number; total: number } | null;
  /** Where the result comes from, when the step was not run for it. */
  source: "reused" | "pinned" | "cached" | null;
  /** The step as it was when it was run alone; null when a whole job has run it. */
  ranAs: Step | null;
  /** What a step that was run alone would wait for. */
  waits: string | null;
};

/** All runs of one step, summed up for its node. */
export type StepOverlay = {
  status: StepStatus;
  count: number;
  failed: number;
  duration: number | null;
  message: string | null;
  attempts: number;
  ports: Readonly<Record<string, number>>;
  progress: { done: number; total: number } | null;
};

export type RunSlice = {
  job: Job | null;
  isLive: boolean;
  runs: Readonly<Record<string, Run>>;
  overlays: Readonly<Record<string, StepOverlay>>;
  chosenPath: Readonly<Record<string, string>>;
  isFollowing: boolean;
  showJob: (job: Job | null) => void;
  receiveJob: (job: Job) => void;
  receiveEvent: (event: JobEvent) => void;
  /** What a step gave that was run alone. */
  receiveTrial: (trial: { answer: StepTest; step: Step }) => void;
  setLive: (isLive: boolean) => void;
  choosePath: (step: string, path: string) => void;
  setFollowing: (isFollowing: boolean) => void;
};

/** What a person asks for at a step: it alone, all that leads to it, or it and all that follows. */
export type RunRequest = { kind: "step" | "to" | "from"; step: string };

export type TrialSlice = {
  asked: RunRequest | null;
  /** The step that is being run alone. */
  trying: string | null;
  /** The run dialog is asked to run no further than this step. */
  runUntil: string | null;
  setTrial: (change: Partial<Omit<TrialSlice, "setTrial">>) => void;
};

export type DialogName =
  | "run"
  | "publish"
  | "shortcuts"
  | "connect"
  | "definition"
  | "commands"
  | "find"
  | "versions";
export type PaletteDrag = { type: string; x: number; y: number };
export type ContextMenu = { x: number; y: number };

/** `auto`: there while one thing is selected, so that the canvas has the room as long as nothing is. */
export type PanelMode = "auto" | "open" | "closed";
export type WorkflowTab = "settings" | "triggers";

export type ViewSlice = {
  /** The workflow as a drawing, as text, or as a list of steps to read. */
  look: "canvas" | "yaml" | "outline";
  dialog: DialogName | null;
  isPaletteOpen: boolean;
  panel: PanelMode;
  isPanelWide: boolean;
  /** While a box is drawn around steps nothing on the page may move. */
  isBoxSelecting: boolean;
  workflowTab: WorkflowTab;
  isProblemListOpen: boolean;
  isTimelineOpen: boolean;
  paletteDrag: PaletteDrag | null;
  dropTarget: string | null;
  dragged: Positions | null;
  contextMenu: ContextMenu | null;
  connectingFrom: { step: string; port: string } | null;
  webhooks: readonly Webhook[];
  /** What was asked for by name: the canvas shows it in the middle until it is moved or something else is selected. */
  revealed: { id: string } | null;
  canEdit: boolean;
  canRun: boolean;
  setView: (change: Partial<Omit<ViewSlice, "setView">>) => void;
};

export type EditorState = DocumentSlice & SelectionSlice & SavingSlice & RunSlice & TrialSlice & ViewSlice;
