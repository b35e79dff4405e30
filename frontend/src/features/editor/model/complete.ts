import type { ScopeName } from "./scope";

/** One function, method, field or word of the expression language. */
export type LanguageEntry = { name: string; signature: string; help: string; kind: string; of: string };

/** What can be offered: names in scope, values of the last run behind them, and the language itself. */
export type CompletionSource = {
  names: readonly ScopeName[];
  values: Readonly<Record<string, unknown>>;
  entries: readonly LanguageEntry[];
};

export type Offer = {
  label: string;
  detail: string;
  info?: string;
  apply?: string;
  type: string;
  boost?: number;
};
/** `replaced` counts the letters before the cursor that an offer takes the place of. */
export type Offers = { replaced: number; offers: Offer[] };

const PATH = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:\d+|"[^"]*"|'[^']*')\])*`;
const MEMBER = new RegExp(String.raw`(${PATH})\.(\w*)$`);
const MOST_KEYS = 60;
const MOST_DETAIL = 28;

/** What could stand at the end of `before`, the text of an expression up to the cursor; null when nothing should be offered. */
export function complete(before: string, source: CompletionSource, isAsked = false): Offers | null {
  if (isInText(before)) {
    return null;
  }
  const member = MEMBER.exec(before);
  if (member) {
    const [, path = "", letters = ""] = member;
    const offers = membersOf(path, before, source);
    return offers.length > 0 ? { replaced: letters.length, offers } : null;
  }
  const word = /\w*$/.exec(before)?.[0] ?? "";
  if (/^\d/.test(word) || (word === "" && !isAsked)) {
    return null;
  }
  return { replaced: word.length, offers: [...namesOf(source), ...functionsOf(source)] };
}

function namesOf({ names, values }: CompletionSource): Offer[] {
  return names
    .filter((name) => !name.label.includes("."))
    .map(({ label, detail }) => ({
      label,
      detail: label in values ? `${sketch(values[label])} · ${detail}` : detail,
      type: "variable",
      boost: 2,
    }));
}

function functionsOf({ entries }: CompletionSource): Offer[] {
  return entries
    .filter(({ kind, name }) => (kind === "function" || kind === "word") && !name.includes("."))
    .map(entryOffer);
}

function entryOffer({ name, signature, help, kind }: LanguageEntry): Offer {
  const label = name.slice(name.lastIndexOf(".") + 1);
  const isCall = kind === "function" || kind === "method";
  const detail = signature === name ? "" : signature.slice(signature.indexOf("("));
  return {
    label,
    detail: detail.startsWith("(") ? detail : "",
    ...(help ? { info: help } : {}),
    ...(isCall ? { apply: `${label}(` } : {}),
    type: isCall ? "function" : kind === "word" ? "keyword" : "property",
  };
}

function membersOf(path: string, before: string, source: CompletionSource): Offer[] {
  const inModule = source.entries.filter(({ name }) => name.startsWith(`${path}.`));
  if (inModule.length > 0 && !(path in source.values)) {
    return inModule.map(entryOffer);
  }
  const value = valueAt(path, before, source);
  if (value === undefined) {
    return declaredBelow(path, source);
  }
  const methods = source.entries.filter(({ kind, of }) => kind === "method" && of === typeName(value));
  return [...fieldsOf(value), ...methods.map(entryOffer)];
}

/** Names such as `loop.index` that are known without a value. */
function declaredBelow(path: string, { names }: CompletionSource): Offer[] {
  return names
    .filter(({ label }) => label.startsWith(`${path}.`))
    .map(({ label, detail }) => ({ label: label.slice(path.length + 1), detail, type: "property" }));
}

function fieldsOf(value: unknown): Offer[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [];
  }
  return Object.entries(value)
    .filter(([key]) => /^[A-Za-z_]\w*$/.test(key))
    .slice(0, MOST_KEYS)
    .map(([label, item]) => ({ label, detail: sketch(item), type: "property", boost: 2 }));
}

/** The value of a path; the variable of a comprehension is an item of its list. */
function valueAt(path: string, before: string, { values }: CompletionSource): unknown {
  const [root = "", ...rest] = partsOf(path);
  const list = new RegExp(String.raw`\bfor\s+${root}\s+in\s+(${PATH})`).exec(before)?.[1];
  const start = list && !(root in values) ? follow([...partsOf(list), "0"], values) : follow([root], values);
  return follow(rest, start);
}

function partsOf(path: string): string[] {
  return [...path.matchAll(/[A-Za-z_]\w*|\d+|"([^"]*)"|'([^']*)'/g)].map(
    ([whole, double, single]) => double ?? single ?? whole,
  );
}

function follow(parts: readonly string[], start: unknown): unknown {
  let value = start;
  for (const part of parts) {
    if (typeof value !== "object" || value === null) {
      return undefined;
    }
    value = new Map(Object.entries(value)).get(part);
  }
  return value;
}

/** The kinds of values as the language's own catalogue calls them. */
function typeName(value: unknown): string {
  if (Array.isArray(value)) {
    return "a list";
  }
  return typeof value === "string" ? "text" : typeof value === "object" && value !== null ? "an object" : "";
}

/** A value in a few letters. */
export function sketch(value: unknown): string {
  if (Array.isArray(value)) {
    return `list of ${value.length}`;
  }
  if (typeof value === "object" && value !== null) {
    return "object";
  }
  const text = JSON.stringify(value) ?? "";
  return text.length > MOST_DETAIL ? `${text.slice(0, MOST_DETAIL)}…` : text;
}

function isInText(before: string): boolean {
  let quote = "";
  for (let place = 0; place < before.length; place += 1) {
    const letter = before[place] ?? "";
    if (quote && letter === "\\") {
      place += 1;
    } else if (letter === quote) {
      quote = "";
    } else if (!quote && (letter === "'" || letter === '"')) {
      quote = letter;
    }
  }
  return quote !== "";
}
