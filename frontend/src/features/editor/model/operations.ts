import type { Catalogue } from "./catalogue";
import { emptyCatalogue } from "./catalogue";
import { setCollapsed } from "./collapse";
import type { Definition, Position, Positions, Step, Trigger } from "./definition";
import { connect, disconnect, spliceIntoEdge } from "./edit-edges";
import { groupSteps, ungroup } from "./edit-group";
import type { StepsText } from "./edit-paste";
import { paste } from "./edit-paste";
import { renameStep } from "./edit-rename";
import {
  addStep,
  moveSteps,
  removeSteps,
  setParent,
  updateConfig,
  updateDocument,
  updateSettings,
  updateStep,
} from "./edit-steps";
import type { Connection } from "./graph";
import type { NoteChange } from "./notes";
import { changeNotes } from "./notes";

/** Every way in which a definition can change. One edit of the user is one operation. */
export type Operation =
  | { kind: "add_step"; step: Step; position: Position; connect?: Connection }
  | { kind: "remove_steps"; ids: readonly string[]; reconnect?: boolean }
  | { kind: "move_steps"; positions: Positions }
  | { kind: "connect"; connection: Connection }
  | { kind: "disconnect"; connections: readonly Connection[] }
  | { kind: "remove"; ids: readonly string[]; connections: readonly Connection[] }
  | { kind: "rename_step"; from: string; to: string }
  | { kind: "update_step"; ids: readonly string[]; field: string; value: unknown }
  | { kind: "update_config"; id: string; field: string; value: unknown }
  | { kind: "update_settings"; field: string; value: unknown }
  | { kind: "update_document"; field: DocumentField; value: unknown }
  | { kind: "update_triggers"; triggers: readonly Trigger[] }
  | { kind: "paste"; content: StepsText; offset: Position; parent?: string | null }
  | { kind: "splice_step"; step: Step; position: Position; edge: Connection; port: string }
  | { kind: "splice_existing"; id: string; edge: Connection; port: string }
  | { kind: "group"; ids: readonly string[]; group: Step }
  | { kind: "ungroup"; id: string }
  | { kind: "collapse"; ids: readonly string[]; collapsed: boolean }
  | { kind: "notes"; change: NoteChange }
  | { kind: "replace"; definition: Definition }
  | { kind: "batch"; operations: readonly Operation[] }
  | { kind: "set_parent"; ids: readonly string[]; parent: string | null; positions: Positions };

export type DocumentField = "name" | "description" | "inputs";

/** The definition after the operation; the very same object when nothing changes. Never changes what it was given. */
export function apply(definition: Definition, operation: Operation, catalogue = emptyCatalogue): Definition {
  switch (operation.kind) {
    case "add_step":
      return addStep(definition, operation);
    case "remove_steps":
      return removeSteps(definition, operation);
    case "remove":
      return removeSteps(disconnect(definition, operation.connections), { ids: operation.ids });
    case "move_steps":
      return moveSteps(definition, operation.positions);
    case "connect":
      return connect(definition, operation.connection);
    case "disconnect":
      return disconnect(definition, operation.connections);
    case "rename_step":
      return renameStep(definition, operation, catalogue);
    case "group":
    case "ungroup":
    case "collapse":
    case "notes":
    case "replace":
      return applyToView(definition, operation);
    default:
      return applyRest(definition, operation, catalogue);
  }
}

type ViewOperation = Extract<Operation, { kind: "group" | "ungroup" | "collapse" | "notes" | "replace" }>;

/** What groups, hides and explains, and the document as a whole. */
function applyToView(definition: Definition, operation: ViewOperation): Definition {
  switch (operation.kind) {
    case "group":
      return groupSteps(definition, operation);
    case "ungroup":
      return ungroup(definition, operation.id);
    case "collapse":
      return setCollapsed(definition, operation);
    case "notes":
      return changeNotes(definition, operation.change);
    case "replace":
      return operation.definition;
    default:
      return operation satisfies never;
  }
}

type RestOperation = Exclude<
  Operation,
  | ViewOperation
  | { kind: "add_step" | "remove_steps" | "remove" | "move_steps" | "connect" | "disconnect" | "rename_step" }
>;

function applyRest(definition: Definition, operation: RestOperation, catalogue: Catalogue): Definition {
  switch (operation.kind) {
    case "update_step":
      return updateStep(definition, operation);
    case "update_config":
      return updateConfig(definition, operation, catalogue);
    case "update_settings":
      return updateSettings(definition, operation);
    case "update_document":
      return updateDocument(definition, operation);
    case "update_triggers":
      return { ...definition, triggers: [...operation.triggers] };
    case "paste":
      return paste(definition, operation, catalogue);
    case "splice_step":
      return spliceIntoEdge(addStep(definition, operation), { ...operation, id: operation.step.id });
    case "splice_existing":
      return spliceIntoEdge(definition, operation);
    case "set_parent":
      return setParent(definition, operation);
    case "batch":
      return operation.operations.reduce((current, one) => apply(current, one, catalogue), definition);
    default:
      return operation satisfies never;
  }
}
