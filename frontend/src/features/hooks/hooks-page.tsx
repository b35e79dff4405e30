import { Button, Group, Modal, Stack } from "@mantine/core";
import { IconFishHook, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Hook } from "@/features/hooks/hook-queries";
import { hookListQuery } from "@/features/hooks/hook-queries";
import { HookTable } from "@/features/hooks/hook-table";
import { hookTexts as texts } from "@/features/hooks/texts";
import { useMay } from "@/shared/session/use-session";
import { EditModal } from "@/shared/ui/edit-modal";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";
import { ShownOnce } from "@/shared/ui/shown-once";
import { useEditing } from "@/shared/ui/use-editing";

const HookForm = later(
  async () => (await import("@/features/hooks/hook-form")).HookForm,
  () => true,
);

export function HooksPage() {
  const hooks = useQuery(hookListQuery);
  const mayManage = useMay("hook.manage");
  const editing = useEditing<Hook>();
  const [secret, setSecret] = useState("");
  const made = (hook: Hook) => {
    editing.close();
    setSecret(hook.secret ?? "");
  };
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={editing.create}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={hooks} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <HookTable hooks={results} mayManage={mayManage} onEdit={editing.edit} />
          ) : (
            <EmptyState
              icon={<IconFishHook size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          )
        }
      </QueryView>
      <EditModal editing={editing} title={(hook) => (hook ? texts.edit(hook.name) : texts.create)}>
        {(hook) => <HookForm hook={hook} onClose={editing.close} onMade={made} />}
      </EditModal>
      <SecretDialog secret={secret} onClose={() => setSecret("")} />
    </PageFrame>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Modal opened={secret !== ""} onClose={onClose} title={texts.made.title} closeOnClickOutside={false}>
      <Stack>
        <ShownOnce label={texts.made.secret} value={secret} warning={texts.made.once} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{texts.made.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
