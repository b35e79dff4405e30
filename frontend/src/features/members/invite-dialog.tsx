import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { InviteForm } from "@/features/members/invite-form";
import { memberTexts as texts } from "@/features/members/texts";
import type { Member } from "@/shared/api/schemas";
import { notifyDone } from "@/shared/ui/notify";
import { ShownOnce } from "@/shared/ui/shown-once";

type InviteDialogProps = { opened: boolean; onClose: () => void };

export function InviteDialog({ opened, onClose }: InviteDialogProps) {
  const [made, setMade] = useState<Member | null>(null);
  const show = (member: Member) => {
    if (member.invite_url) return setMade(member);
    notifyDone(texts.dialog.added(member.email));
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setMade(null)}
      title={made ? texts.made.title : texts.dialog.title}
      closeOnClickOutside={!made}
    >
      {made ? <Made member={made} onClose={onClose} /> : <InviteForm onCancel={onClose} onMade={show} />}
    </Modal>
  );
}

function Made({ member: { email, invite_url }, onClose }: { member: Member; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">{texts.made.intro(email)}</Text>
      <ShownOnce label={texts.made.link} value={invite_url ?? ""} warning={texts.made.once} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{texts.made.done}</Button>
      </Group>
    </Stack>
  );
}
