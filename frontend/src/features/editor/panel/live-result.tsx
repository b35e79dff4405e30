import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Preview, PreviewOf } from "@/features/editor/panel/expression-queries";
import { previewQuery } from "@/features/editor/panel/expression-queries";
import { useExpressionScope } from "@/features/editor/panel/expression-scope";
import classes from "@/features/editor/panel/panel.module.css";
import { stepTexts } from "@/features/editor/panel/texts";

const PAUSE_MS = 350;
const MOST_SHOWN = 400;
const MOST_CONTEXT = 300_000;

export type LiveResult =
  | { kind: "none" }
  | { kind: "value"; text: string; type: string }
  | { kind: "error"; text: string; at: number | null }
  | { kind: "note"; text: string };

type LiveResultOf = Pick<PreviewOf, "kind" | "text" | "shape"> & { isActive: boolean };

/** What the text of a field gives with the values of the last run, as one types. */
export function useLiveResult({ isActive, ...field }: LiveResultOf): LiveResult {
  const { names, values } = useExpressionScope();
  const [text] = useDebouncedValue(field.text, PAUSE_MS);
  const isPlain = field.kind === "template" && !text.includes("{{");
  const used = useMemo(() => mentioned(text), [text]);
  const context = useMemo(
    () => Object.fromEntries(Object.entries(values).filter(([name]) => used.has(name))),
    [values, used],
  );
  const missing = useMemo(
    () => names.find(({ label }) => used.has(label) && !(label in values))?.label,
    [names, values, used],
  );
  const note = noteOf({ text, missing, context });
  const asks = isActive && text.trim() !== "" && !isPlain && note === null;
  const found = useQuery({ ...previewQuery({ ...field, text, context }), enabled: asks });
  if (!isActive || text.trim() === "" || isPlain) {
    return { kind: "none" };
  }
  if (note) {
    return { kind: "note", text: note };
  }
  return found.data ? shown(found.data) : { kind: "none" };
}

/** The words of a text outside its strings, which may be names. */
function mentioned(text: string): ReadonlySet<string> {
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, (quoted) =>
    quoted.includes("{") ? quoted : " ",
  );
  return new Set(bare.match(/[A-Za-z_]\w*/g) ?? []);
}

type Reasons = { text: string; missing: string | undefined; context: Record<string, unknown> };

/** Why there is nothing to show. */
function noteOf({ text, missing, context }: Reasons): string | null {
  if (/\bsecrets\s*\./.test(text)) {
    return stepTexts.live.secret;
  }
  if (missing) {
    return stepTexts.live.missing(missing);
  }
  return JSON.stringify(context).length > MOST_CONTEXT ? stepTexts.live.large : null;
}

function shown(preview: Preview): LiveResult {
  if ("error" in preview) {
    const text = [preview.error, preview.hint].filter(Boolean).join(" ");
    return { kind: "error", text, at: preview.position ?? null };
  }
  const text = JSON.stringify(preview.value) ?? "";
  return {
    kind: "value",
    text: text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text,
    type: preview.kind,
  };
}

/** The line under a field. */
export function LiveResultLine({ result }: { result: LiveResult }) {
  switch (result.kind) {
    case "none":
      return null;
    case "value":
      return (
        <output className={classes.live} aria-label={stepTexts.live.label}>
          <span className={classes.liveValue}>{result.text}</span>
          <span className={classes.liveType}>{result.type}</span>
        </output>
      );
    case "error":
      return (
        <Text component="output" size="xs" c="red" className={classes.liveNote}>
          {result.text}
        </Text>
      );
    case "note":
      return (
        <Text component="output" size="xs" c="dimmed" className={classes.liveNote}>
          {result.text}
        </Text>
      );
    default:
      return result satisfies never;
  }
}
