import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOf } from "@/features/editor/panel/field-types";
import { texts } from "@/features/editor/texts";

/** A name that others refer to: it counts when the field is left, so that no half of a word is anybody's name. */
export function NameField({ label, schema, value, isRequired, isDisabled, error, onChange }: FieldProps) {
  const name = textOf(value);
  const [typed, setTyped] = useState(name);
  const next = typed.trim();
  const problem = fits(next, schema.pattern) ? "" : texts.panel.nameProblem;
  const save = () => {
    if (!problem && next !== name) onChange(next);
  };
  return (
    <TextInput
      label={label}
      withAsterisk={isRequired}
      disabled={isDisabled}
      error={(typed === name ? error || problem : problem) || undefined}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => (event.key === "Enter" ? event.currentTarget.blur() : undefined)}
    />
  );
}

function fits(name: string, pattern = ""): boolean {
  return new RegExp(pattern, "u").test(name);
}
