import { LineCounter, parseDocument, stringify } from "yaml";
import type { Definition } from "./definition";
import { definitionSchema } from "./definition";

/** The document as YAML for people, and back. Places on the canvas are kept, but not shown. */

export type Reading =
  | { kind: "definition"; definition: Definition }
  | { kind: "problem"; line: number; message: string };

export function toYaml(definition: Definition): string {
  const { ui: _places, ...shown } = definition;
  return stringify(shown, { lineWidth: 110, blockQuote: "literal", aliasDuplicateObjects: false });
}

/** Reads YAML that was made from `current`; its places stay with the steps that are still there. */
export function fromYaml(text: string, current: Definition): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    return { kind: "problem", line: lines.linePos(error.pos[0]).line, message: error.message };
  }
  const parsed = definitionSchema.safeParse(document.toJS({ maxAliasCount: 50 }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String) ?? [];
    return {
      kind: "problem",
      line: lineOf(document, lines, issue?.path ?? []),
      message: problemText(path, issue?.message),
    };
  }
  const { ui: _places, ...definition } = parsed.data;
  return { kind: "definition", definition: current.ui ? { ...definition, ui: current.ui } : definition };
}

function problemText(path: readonly string[], message = "This cannot be read."): string {
  return path.length > 0 ? `${path.join(".")}: ${message}` : message;
}

type Document = ReturnType<typeof parseDocument>;

/** The line of the innermost part of the path that is there. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return lines.linePos(Number(node.range[0])).line;
    }
  }
  return 1;
}
