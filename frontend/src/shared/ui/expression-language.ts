import type { StreamParser, StringStream } from "@codemirror/language";
import { StreamLanguage } from "@codemirror/language";

type State = { isInside: boolean; quote: string | null };

const WORDS = new Set(["and", "or", "not", "in", "is", "if", "else", "for", "AND", "OR", "NOT"]);
const FIXED = /^(true|false|null|none)$/i;

/** The expression language: all of the text, or the parts of it between `{{` and `}}`. */
export function expressionLanguage(where: "everywhere" | "templates"): StreamLanguage<State> {
  return StreamLanguage.define(where === "everywhere" ? EXPRESSION : TEMPLATE);
}

const EXPRESSION: StreamParser<State> = {
  name: "stepgraph-expression",
  startState: () => ({ isInside: true, quote: null }),
  token: inner,
};

const TEMPLATE: StreamParser<State> = {
  name: "stepgraph-template",
  startState: () => ({ isInside: false, quote: null }),
  token: (stream, state) => {
    if (!state.isInside) {
      return outer(stream, state);
    }
    if (state.quote === null && stream.match("}}")) {
      state.isInside = false;
      return "keyword";
    }
    return inner(stream, state);
  },
};

function outer(stream: StringStream, state: State): string | null {
  if (stream.match("{{")) {
    state.isInside = true;
    return "keyword";
  }
  if (!stream.skipTo("{{")) {
    stream.skipToEnd();
  }
  return null;
}

function inner(stream: StringStream, state: State): string | null {
  if (state.quote !== null) {
    return inText(stream, state);
  }
  if (stream.eatSpace()) {
    return null;
  }
  if (stream.match(/^f?['"]/)) {
    state.quote = stream.current().slice(-1);
    return inText(stream, state);
  }
  if (stream.match(/^\d[\d_]*(\.\d+)?([eE][+-]?\d+)?/)) {
    return "number";
  }
  if (stream.match(/^\.[A-Za-z_]\w*/)) {
    return stream.match(/^\s*\(/, false) ? "variableName.function" : "propertyName";
  }
  const word = stream.match(/^[A-Za-z_]\w*/) ? stream.current() : null;
  if (word !== null) {
    return ofWord(word, stream);
  }
  stream.next();
  return "operator";
}

function ofWord(word: string, stream: StringStream): string {
  if (WORDS.has(word)) {
    return "keyword";
  }
  if (FIXED.test(word)) {
    return "bool";
  }
  return stream.match(/^\s*\(/, false) ? "variableName.function" : "variableName";
}

function inText(stream: StringStream, state: State): string {
  for (let next = stream.next(); next; next = stream.next()) {
    if (next === "\\") {
      stream.next();
    } else if (next === state.quote) {
      state.quote = null;
      break;
    }
  }
  return "string";
}
