import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";
import { z } from "zod";
import { RunInput } from "@/features/editor/dialogs/run-input";
import type { JsonSchema } from "@/features/editor/model/catalogue";
import { stepTexts } from "@/features/editor/panel/texts";
import { parseInput, startInput } from "@/features/editor/run/start-input";
import { useDraftRun } from "@/features/editor/run/use-draft-run";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { selectDefinition, selectSetView, selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { rememberedInput } from "@/shared/lib/remembered-input";
import { ErrorState } from "@/shared/ui/error-state";

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
  const [text, setText] = useState(() => startInput(schema, rememberedInput.get(id)));
  const run = useDraftRun();
  const context = parseInput(text);
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
          <RunInput schema={schema} text={text} context={context} onChange={setText} />
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
              data-autofocus
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
