import { JsonInput } from "@mantine/core";
import { useState } from "react";
import { texts } from "@/features/editor/texts";

const words = texts.triggers;

type InputFieldProps = {
  value: unknown;
  disabled: boolean;
  /** Gets nothing for an empty input. */
  onChange: (input: object | undefined) => void;
};

/** The input of the jobs that a trigger starts, as JSON; the document has it once the text is an object. */
export function InputField({ value, disabled, onChange }: InputFieldProps) {
  const [draft, setDraft] = useState<string | null>(null); // null: as in the document
  const isWrong = draft !== null && parsed(draft) === null;
  const change = (text: string) => {
    setDraft(text);
    const input = parsed(text);
    if (input) onChange(Object.keys(input).length > 0 ? input : undefined);
  };
  return (
    <JsonInput
      label={words.input}
      description={words.inputHelp}
      autosize
      minRows={2}
      value={draft ?? (value ? JSON.stringify(value, null, 2) : "")}
      error={isWrong ? words.inputWrong : null}
      disabled={disabled}
      onChange={change}
      onBlur={() => {
        if (!isWrong) setDraft(null);
      }}
    />
  );
}

function parsed(text: string): object | null {
  if (!text.trim()) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
