import type { JsonSchema } from "@/features/editor/model/catalogue";
import type { CodeMark } from "@/shared/ui/code-editor-view";

/** What every input of a generated form is given. */
export type FieldProps = {
  /** The path below the step, such as `config.url`; also finds the field's problems. */
  path: string;
  label: string;
  help: string;
  schema: JsonSchema;
  root: JsonSchema;
  value: unknown;
  isRequired: boolean;
  isDisabled: boolean;
  error: string;
  /** `undefined` takes the value out, so that the default holds. */
  onChange: (value: unknown) => void;
  /** What is wrong below a path, for fields that hold others. */
  errorAt: (path: string) => string;
  /** The language that code is in, from the config's own `language`. */
  language: string;
  /** Lines of code to mark, such as the one that failed. */
  codeMarks?: readonly CodeMark[];
  placeholder?: string | undefined;
};

export function textOf(value: unknown): string {
  if (value === undefined || value === null) {
    return "";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** An empty text field means: not given. */
export function textOrNothing(text: string): string | undefined {
  return text === "" ? undefined : text;
}
