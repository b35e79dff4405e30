import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";
import { z } from "zod";
import type { JsonSchema } from "@/features/editor/model/catalogue";
import { Field } from "@/features/editor/panel/field";
import { fieldsOf } from "@/features/editor/panel/form-fields";
import { stepTexts } from "@/features/editor/panel/texts";
import { useDraftRun } from "@/features/editor/run/use-draft-run";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectDefinition, selectSetView, selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { rememberedInput } from "@/shared/lib/remembered-input";
import { CodeEditor } from "@/shared/ui/code-editor";
import { ErrorState } from "@/shared/ui/error-state";

const contextSchema = z.record(z.string(), z.unknown());
const schemaSchema: z.ZodType<JsonSchema> = z.looseObject({});

/** Asks for the input of a run of the draft: a form when the workflow says what it takes, else JSON. */
export function RunDialog() {
  const { id } = useEditor(selectWorkflow);
  const inputs = useEditor(selectDefinition).inputs;
  const setView = useEditor(selectSetView);
  const { runUntil, setTrial } = useEditorStore().getState();
  const close = () => {
    setTrial({ runUntil: null });
    setView({ dialog: null });
  };
  const schema = schemaSchema.safeParse(inputs ?? {}).data ?? {};
  const [text, setText] = useState(() => rememberedInput.get(id) ?? startText(schema));
  const run = useDraftRun();
  const context = parseContext(text);
  const isForm = Object.keys(schema.properties ?? {}).length > 0;
  const start = () => {
    if (context) {
      rememberedInput.set(id, text);
      run.mutate(context);
    }
  };
  return (
    <Modal opened title={runUntil ? stepTexts.toTitle(runUntil) : texts.run.title} size="lg" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            start();
          }
        }}
      >
        <Stack>
          {isForm ? (
            <InputForm schema={schema} context={context ?? {}} onChange={(next) => setText(toText(next))} />
          ) : (
            <CodeEditor
              label={texts.run.input}
              language="json"
              value={text}
              onChange={setText}
              minHeight="140px"
              maxHeight="50vh"
              invalid={context === null}
            />
          )}
          <Text size="xs" c={context ? "dimmed" : "red"}>
            {context ? texts.run.hint : texts.run.invalidInput}
          </Text>
          {run.error ? <ErrorState title={texts.run.failed} error={run.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {texts.run.cancel}
            </Button>
            <Button
              type="submit"
              disabled={!context}
              loading={run.isPending}
              leftSection={<IconPlayerPlayFilled size={14} />}
            >
              {texts.run.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
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

function startText(schema: JsonSchema): string {
  const defaults = Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
    field.default === undefined ? [] : [[key, field.default]],
  );
  return toText(Object.fromEntries(defaults));
}

function toText(value: Record<string, unknown>): string {
  return JSON.stringify(value, null, 2);
}

function parseContext(text: string): Record<string, unknown> | null {
  try {
    return contextSchema.safeParse(JSON.parse(text.trim() || "{}")).data ?? null;
  } catch {
    return null;
  }
}
