import { Button, Group, Text } from "@mantine/core";
import { IconPin, IconPinnedOff } from "@tabler/icons-react";
import type { Step } from "@/features/editor/model/definition";
import type { Run } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectEdit } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

/** Keeps what the step gave, so that test runs use it instead of doing the work again. */
export function PinOutput({ step, run }: { step: Step; run: Run }) {
  const edit = useEditor(selectEdit);
  const canEdit = useEditor(selectCanEdit);
  const isPinned = step.pinned_output !== undefined && step.pinned_output !== null;
  const pin = (value: unknown) =>
    edit({ kind: "update_step", ids: [step.id], field: "pinned_output", value });
  if (!canEdit) {
    return null;
  }
  return (
    <Group gap="xs" mb="xs">
      {isPinned ? (
        <Button
          size="compact-xs"
          variant="light"
          color="violet"
          leftSection={<IconPinnedOff size={14} />}
          onClick={() => pin(undefined)}
        >
          {texts.panel.unpin}
        </Button>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPin size={14} />}
          disabled={run.output === null}
          onClick={() => pin(run.output)}
        >
          {texts.panel.pin}
        </Button>
      )}
      <Text size="xs" c="dimmed">
        {isPinned ? texts.panel.pinned : texts.panel.pinHint}
      </Text>
    </Group>
  );
}
