import { Button, Group, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import type { Definition } from "@/features/editor/model/definition";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDefinition } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { CodeEditor } from "@/shared/ui/code-editor";

const selectTheirs = (state: EditorState) => state.theirs;
const selectTakeTheirs = (state: EditorState) => state.takeTheirs;
const selectKeepMine = (state: EditorState) => state.keepMine;

/** Somebody else saved in between: shows both and asks which one goes on. It cannot be closed without a choice. */
export function ConflictDialog() {
  const theirs = useEditor(selectTheirs);
  const mine = useEditor(selectDefinition);
  const takeTheirs = useEditor(selectTakeTheirs);
  const keepMine = useEditor(selectKeepMine);
  if (!theirs) {
    return null;
  }
  return (
    <Modal
      opened
      size="xl"
      title={texts.conflict.title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      onClose={() => undefined}
    >
      <Stack>
        {/* Not on a button: whoever is typing must not choose by accident. */}
        <Text size="sm" tabIndex={-1} data-autofocus style={{ outline: "none" }}>
          {texts.conflict.text}
        </Text>
        <SimpleGrid cols={2}>
          <Side title={texts.conflict.theirs} definition={theirs.definition} />
          <Side title={texts.conflict.mine} definition={mine} />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button variant="default" onClick={takeTheirs}>
            {texts.conflict.takeTheirs}
          </Button>
          <Button onClick={keepMine}>{texts.conflict.keepMine}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Side({ title, definition }: { title: string; definition: Definition }) {
  const { ui: _places, ...shown } = definition;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="xs" c="dimmed">
        {texts.conflict.steps(definition.steps.length)}
      </Text>
      <CodeEditor
        label={title}
        language="json"
        value={JSON.stringify(shown, null, 2)}
        readOnly
        lineNumbers={false}
        maxHeight="40vh"
      />
    </Stack>
  );
}
