import { Button, Group, Stack } from "@mantine/core";
import { IconBraces, IconForms } from "@tabler/icons-react";
import { useState } from "react";
import type { JsonSchema } from "@/features/editor/model/catalogue";
import { Field } from "@/features/editor/panel/field";
import { fieldsOf } from "@/features/editor/panel/form-fields";
import { toText } from "@/features/editor/run/start-input";
import { texts } from "@/features/editor/texts";
import { CodeEditor } from "@/shared/ui/code-editor";

type RunInputProps = {
  schema: JsonSchema;
  text: string;
  context: Record<string, unknown> | null;
  onChange: (text: string) => void;
};

/** The input of a run: a form where the workflow says what it takes, and JSON where it does not or one rather types. */
export function RunInput({ schema, text, context, onChange }: RunInputProps) {
  const hasForm = Object.keys(schema.properties ?? {}).length > 0;
  const [wantsText, setWantsText] = useState(false);
  const isForm = hasForm && !wantsText && context !== null;
  return (
    <Stack>
      {isForm ? (
        <Stack ref={beginHere}>
          <InputForm schema={schema} context={context} onChange={(next) => onChange(toText(next))} />
        </Stack>
      ) : (
        <CodeEditor
          label={texts.run.input}
          language="json"
          value={text}
          onChange={onChange}
          minHeight="140px"
          maxHeight="50vh"
          invalid={context === null}
        />
      )}
      {hasForm ? (
        <Group>
          <Button
            variant="subtle"
            size="compact-xs"
            disabled={context === null}
            leftSection={isForm ? <IconBraces size={14} /> : <IconForms size={14} />}
            onClick={() => setWantsText(isForm)}
          >
            {isForm ? texts.run.asText : texts.run.asForm}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

/** The dialog gives the focus to the first thing with this mark when it opens. */
function beginHere(form: HTMLElement | null): void {
  form?.querySelector("input, textarea, [role=textbox]")?.setAttribute("data-autofocus", "true");
}

type InputFormProps = {
  schema: JsonSchema;
  context: Record<string, unknown>;
  onChange: (context: Record<string, unknown>) => void;
};

function InputForm({ schema, context, onChange }: InputFormProps) {
  return fieldsOf(schema, schema).map((field) => (
    <Field
      {...field}
      schema={longTexts(field.schema)}
      key={field.key}
      path={field.key}
      root={schema}
      value={context[field.key]}
      isDisabled={false}
      language=""
      error=""
      errorAt={() => ""}
      onChange={(value) => {
        const next = { ...context, [field.key]: value };
        if (value === undefined) {
          delete next[field.key];
        }
        onChange(next);
      }}
    />
  ));
}

/** A text of the input may be a whole document: its field grows with it. */
function longTexts(schema: JsonSchema): JsonSchema {
  return schema.type === "string" && !schema.format ? { ...schema, format: "multiline" } : schema;
}
