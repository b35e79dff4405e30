/** Renames of names in expressions and templates: variables at the root, and step ids below `errors` and `steps`. */
export type Renames = {
  variables: ReadonlyMap<string, string>;
  steps: ReadonlyMap<string, string>;
};

const TOKEN =
  /(?<string>"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<comment>#[^\n]*)|(?<name>[\p{L}_$][\p{L}\p{N}_$]*)|(?<number>\d[\w.]*)|(?<space>\s+)|(?<other>[\s\S])/gu;
const TEMPLATE = /\{\{([\s\S]*?)\}\}/g;
const FORMAT_FIELD = /(?<!\{)\{[^{}!:]+/g;
const STEP_ROOTS = new Set(["errors", "steps"]);

type Token = { kind: "string" | "comment" | "name" | "number" | "space" | "other"; text: string };

/** The expression with its names changed. Attribute names, keyword arguments and strings stay, except `steps["id"]`. */
export function renameInExpression(text: string, renames: Renames): string {
  const tokens = tokenize(text);
  const solid = tokens.flatMap((token, index) => (token.kind === "space" ? [] : [index]));
  let depth = 0;
  solid.forEach((index, place) => {
    const token = tokens[index];
    if (!token) {
      return;
    }
    depth += "([{".includes(token.text) ? 1 : ")]}".includes(token.text) ? -1 : 0;
    const around = (offset: number) => tokens[solid[place + offset] ?? -1];
    tokens[index] = { ...token, text: renamed(token, { around, depth, renames }) };
  });
  return tokens.map((token) => token.text).join("");
}

/** The template with the names inside its `{{ }}` changed; all other text stays. */
export function renameInTemplate(text: string, renames: Renames): string {
  return text.replace(TEMPLATE, (_match, inner: string) => `{{${renameInExpression(inner, renames)}}}`);
}

type Surroundings = { around: (offset: number) => Token | undefined; depth: number; renames: Renames };

function renamed(token: Token, { around, depth, renames }: Surroundings): string {
  const before = around(-1)?.text;
  const owner = around(-2);
  const isStepPlace = STEP_ROOTS.has(owner?.text ?? "") && around(-3)?.text !== ".";
  if (token.kind === "string") {
    return renameInString(token.text, {
      isKey: before === "[" && isStepPlace,
      prefix: before ?? "",
      renames,
    });
  }
  if (token.kind !== "name") {
    return token.text;
  }
  if (before === ".") {
    return isStepPlace ? (renames.steps.get(token.text) ?? token.text) : token.text;
  }
  const isKeyword = depth > 0 && around(1)?.text === "=" && around(2)?.text !== "=";
  return isKeyword ? token.text : (renames.variables.get(token.text) ?? token.text);
}

function renameInString(text: string, where: { isKey: boolean; prefix: string; renames: Renames }): string {
  if (where.isKey) {
    return renameQuoted(text, where.renames.steps);
  }
  const isFormatted = /^r?fr?$/i.test(where.prefix);
  return isFormatted
    ? text.replace(FORMAT_FIELD, (field) => `{${renameInExpression(field.slice(1), where.renames)}`)
    : text;
}

function renameQuoted(text: string, names: ReadonlyMap<string, string>): string {
  const quote = text.charAt(0);
  const next = names.get(text.slice(1, -1));
  return next === undefined ? text : `${quote}${next}${quote}`;
}

function tokenize(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => ({ kind: kindOf(match.groups ?? {}), text: match[0] }));
}

function kindOf(groups: Record<string, string | undefined>): Token["kind"] {
  const kinds: Token["kind"][] = ["string", "comment", "name", "number", "space"];
  return kinds.find((kind) => groups[kind] !== undefined) ?? "other";
}
