import { Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import type { Question } from "@/shared/ui/confirm";
import { answer } from "@/shared/ui/confirm";
import { uiTexts } from "@/shared/ui/texts";

/** The question of the moment; while it closes it still shows the last one. */
export function ConfirmDialog({ question }: { question: Question | null }) {
  const [shown, setShown] = useState(question);
  if (question && question !== shown) setShown(question);
  if (!shown) return null;
  const { title, message, confirmLabel, cancelLabel = uiTexts.cancel, danger = false } = shown;
  return (
    <Modal opened={question !== null} onClose={() => answer(false)} title={title}>
      <Text component="div" size="sm">
        {message}
      </Text>
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={() => answer(false)} data-autofocus>
          {cancelLabel}
        </Button>
        <Button color={danger ? "red.9" : undefined} onClick={() => answer(true)}>
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  );
}
