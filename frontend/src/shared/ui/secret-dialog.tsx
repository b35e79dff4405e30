import { Button, Group, Modal, Stack } from "@mantine/core";
import { ShownOnce } from "@/shared/ui/shown-once";

type SecretDialogProps = {
  /** Empty: the dialog is closed. */
  secret: string;
  texts: { title: string; secret: string; once: string; done: string };
  onClose: () => void;
};

/** The secret of what was just made, this once. */
export function SecretDialog({ secret, texts, onClose }: SecretDialogProps) {
  return (
    <Modal opened={secret !== ""} onClose={onClose} title={texts.title} closeOnClickOutside={false}>
      <Stack>
        <ShownOnce label={texts.secret} value={secret} warning={texts.once} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{texts.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
