import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ApiKeyForm } from "@/features/api-keys/api-key-form";
import { apiKeyTexts } from "@/features/api-keys/texts";
import { CommandBlock } from "@/shared/ui/command-block";
import { ShownOnce } from "@/shared/ui/shown-once";

const texts = apiKeyTexts.made;

type ApiKeyDialogProps = { opened: boolean; onClose: () => void };

export function ApiKeyDialog({ opened, onClose }: ApiKeyDialogProps) {
  const [key, setKey] = useState<string | null>(null);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setKey(null)}
      title={key ? texts.title : apiKeyTexts.dialog.title}
      size={key ? "lg" : "md"}
      closeOnClickOutside={!key}
    >
      {key ? <Made apiKey={key} onClose={onClose} /> : <ApiKeyForm onCancel={onClose} onMade={setKey} />}
    </Modal>
  );
}

function Made({ apiKey, onClose }: { apiKey: string; onClose: () => void }) {
  return (
    <Stack>
      <ShownOnce label={texts.key} value={apiKey} warning={texts.once} />
      <Stack gap={6}>
        <Text size="sm" fw={550}>
          {texts.try}
        </Text>
        <CommandBlock label={texts.try} value={commandFor({ apiKey, origin: window.location.origin })} />
      </Stack>
      <Group justify="flex-end">
        <Button onClick={onClose}>{texts.done}</Button>
      </Group>
    </Stack>
  );
}

function commandFor({ apiKey, origin }: { apiKey: string; origin: string }): string {
  return `curl '${origin}/api/workflows/' \\\n  -H 'X-API-Key: ${apiKey}'`;
}
