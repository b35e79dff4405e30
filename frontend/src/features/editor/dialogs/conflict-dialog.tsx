import { Button, Group, Modal, Radio, ScrollArea, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Conflict, Side } from "@/features/editor/model/merge";
import { mergeDefinitions } from "@/features/editor/model/merge";
import type { Draft, EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDefinition } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const selectTheirs = (state: EditorState) => state.theirs;
const selectSaved = (state: EditorState) => state.saved;
const selectTakeTheirs = (state: EditorState) => state.takeTheirs;
const selectTakeMerged = (state: EditorState) => state.takeMerged;

/** Two people changed the same place: asks for each which one goes on. It cannot be closed without a choice. */
export function ConflictDialog() {
  const theirs = useEditor(selectTheirs);
  return theirs ? <OpenDialog key={theirs.revision} theirs={theirs} /> : null;
}

function OpenDialog({ theirs }: { theirs: Draft }) {
  const mine = useEditor(selectDefinition);
  const base = useEditor(selectSaved).definition;
  const takeTheirs = useEditor(selectTakeTheirs);
  const takeMerged = useEditor(selectTakeMerged);
  const [choices, setChoices] = useState<Record<string, Side>>({});
  const merged = mergeDefinitions({ base, mine, theirs: theirs.definition }, choices);
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
        <ScrollArea.Autosize mah="50vh">
          <Stack gap="lg">
            {merged.conflicts.map((conflict) => (
              <Choice
                key={conflict.place}
                conflict={conflict}
                side={choices[conflict.place] ?? "mine"}
                onChoose={(side) => setChoices({ ...choices, [conflict.place]: side })}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Group justify="flex-end">
          <Button variant="default" onClick={takeTheirs}>
            {texts.conflict.takeTheirs}
          </Button>
          <Button onClick={() => takeMerged(merged.definition)}>{texts.conflict.apply}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

type ChoiceProps = { conflict: Conflict; side: Side; onChoose: (side: Side) => void };

function Choice({ conflict, side, onChoose }: ChoiceProps) {
  const owner = conflict.owner || texts.conflict.workflow;
  return (
    <Radio.Group
      label={texts.conflict.choice(owner, conflict.field || texts.conflict.whole)}
      value={side}
      onChange={(value) => onChoose(value === "theirs" ? "theirs" : "mine")}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt={6}>
        <Radio.Card value="mine" p="sm" aria-label={texts.conflict.mine}>
          <Version title={texts.conflict.mine} value={conflict.mine} />
        </Radio.Card>
        <Radio.Card value="theirs" p="sm" aria-label={texts.conflict.theirs}>
          <Version title={texts.conflict.theirs} value={conflict.theirs} />
        </Radio.Card>
      </SimpleGrid>
    </Radio.Group>
  );
}

function Version({ title, value }: { title: string; value: unknown }) {
  const shown = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <Group wrap="nowrap" align="flex-start">
      <Radio.Indicator />
      <div style={{ minWidth: 0 }}>
        <Text size="xs" c="dimmed">
          {title}
        </Text>
        <Text
          size="sm"
          ff="monospace"
          style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          lineClamp={12}
        >
          {value === null ? texts.conflict.removed : shown}
        </Text>
      </div>
    </Group>
  );
}
