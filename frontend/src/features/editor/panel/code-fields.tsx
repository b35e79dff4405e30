import { useState } from "react";
import type { ScriptLanguage } from "@/features/editor/model/complete-code";
import { useComplete, useCompleteCode } from "@/features/editor/panel/expression-scope";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOrNothing } from "@/features/editor/panel/field-types";
import { Labelled } from "@/features/editor/panel/labelled";
import { LiveResultLine, useLiveResult } from "@/features/editor/panel/live-result";
import { useActive } from "@/features/editor/panel/use-active";
import { texts } from "@/features/editor/texts";
import { CodeEditor } from "@/shared/ui/code-editor";

const LANGUAGES: readonly ScriptLanguage[] = ["python", "javascript", "bash", "powershell"];

export function CodeField(props: FieldProps) {
  const language = LANGUAGES.find((one) => one === props.language) ?? "python";
  const complete = useCompleteCode(language);
  return (
    <Labelled {...props}>
      <CodeEditor
        label={props.label}
        language={language}
        value={typeof props.value === "string" ? props.value : ""}
        onChange={(text) => props.onChange(props.isRequired ? text : textOrNothing(text))}
        readOnly={props.isDisabled}
        minHeight="160px"
        maxHeight="420px"
        invalid={props.error !== ""}
        indentWithTab
        complete={complete}
        {...(props.codeMarks ? { marks: props.codeMarks } : {})}
      />
    </Labelled>
  );
}

/**
 * Any JSON value, written as JSON; a text with `{{ }}` may stand without quotes.
 * What is half typed stays in the field and is not handed on.
 */
export function JsonField(props: FieldProps) {
  const shown = toText(props.value);
  const [typed, setTyped] = useState<{ text: string; from: string } | null>(null);
  const text = typed && typed.from === shown ? typed.text : shown;
  const problem = typed && typed.from === shown && !parse(typed.text).isValid ? texts.panel.notJson : "";
  const onChange = (next: string) => {
    const parsed = parse(next);
    setTyped({ text: next, from: parsed.isValid ? toText(parsed.value) : shown });
    if (parsed.isValid) {
      props.onChange(parsed.value);
    }
  };
  const complete = useComplete(props.path);
  const { isActive, handlers } = useActive();
  const template = isTemplate(text) ? text : "";
  const result = useLiveResult({ kind: "template", text: template, shape: "json", isActive });
  return (
    <Labelled {...props} error={problem || props.error}>
      <div {...handlers}>
        <CodeEditor
          label={props.label}
          language={template ? "template" : "json"}
          value={text}
          onChange={onChange}
          readOnly={props.isDisabled}
          minHeight="38px"
          maxHeight="280px"
          lineNumbers={false}
          complete={complete}
          invalid={problem !== "" || props.error !== ""}
          {...(props.placeholder ? { placeholder: props.placeholder } : {})}
        />
        <LiveResultLine result={result} />
      </div>
    </Labelled>
  );
}

function toText(value: unknown): string {
  if (value === undefined) {
    return "";
  }
  return typeof value === "string" && isTemplate(value) ? value : JSON.stringify(value, null, 2);
}

function parse(text: string): { isValid: true; value: unknown } | { isValid: false } {
  const trimmed = text.trim();
  if (trimmed === "") {
    return { isValid: true, value: undefined };
  }
  try {
    return { isValid: true, value: JSON.parse(trimmed) };
  } catch {
    return isTemplate(trimmed) ? { isValid: true, value: trimmed } : { isValid: false };
  }
}

function isTemplate(text: string): boolean {
  return /^\{\{[\s\S]*\}\}$/.test(text.trim());
}
