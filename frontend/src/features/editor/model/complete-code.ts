import type { CompletionSource, Offers } from "./complete";
import { complete, sketch } from "./complete";

export type ScriptLanguage = "python" | "javascript" | "bash" | "powershell";

type Scope = Pick<CompletionSource, "names" | "values">;

/** What a script can name at the end of `before`: the context's variables, as its language gives them to code. */
export function completeCode(before: string, language: ScriptLanguage, scope: Scope): Offers | null {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  switch (language) {
    case "python":
    case "javascript":
      return byName(line, scope);
    case "bash":
      return exported(line, scope);
    case "powershell":
      return inContext(line, scope);
    default:
      return language satisfies never;
  }
}

/** Globals, and `context`, which has them all as its fields. */
function byName(line: string, { names, values }: Scope): Offers | null {
  const fields = names.filter(isPlain).map((name) => ({ ...name, label: `context.${name.label}` }));
  const context = { label: "context", detail: "all variables" };
  const known = Object.fromEntries(names.filter(isPlain).map(({ label }) => [label, values[label] ?? null]));
  const isMember = /\bcontext\.[\w.]*$/.test(line);
  return complete(line, {
    names: [...names, context, ...fields],
    values: isMember ? { ...values, context: known } : values,
    entries: [],
  });
}

/** `$SG_NAME`, and the files of the contract. */
function exported(line: string, { names, values }: Scope): Offers | null {
  const letters = /\$\{?(\w*)$/.exec(line)?.[1];
  if (letters === undefined) return null;
  const variables = names.filter(isPlain).map(({ label, detail }) => ({
    label: `SG_${label.toUpperCase()}`,
    detail: label in values ? `${sketch(values[label])} · ${detail}` : detail,
    type: "variable",
  }));
  return { replaced: letters.length, offers: [...variables, ...SHELL_FILES] };
}

const SHELL_FILES = [
  { label: "SG_CONTEXT", detail: "file with all variables", type: "variable" },
  { label: "SG_OUTPUT", detail: "file for the result", type: "variable" },
  { label: "SG_FILES", detail: "folder of files", type: "variable" },
];

/** `$Context.name`. */
function inContext(line: string, scope: Scope): Offers | null {
  const path = /\$context((?:\.\w+)*\.\w*)$/i.exec(line)?.[1];
  if (path !== undefined) return byName(`context${path}`, scope);
  const letters = /\$(\w*)$/.exec(line)?.[1];
  if (letters === undefined) return null;
  return {
    replaced: letters.length,
    offers: [{ label: "Context", detail: "all variables", type: "variable" }],
  };
}

function isPlain({ label }: { label: string }): boolean {
  return !label.includes(".");
}
