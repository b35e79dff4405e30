import { IconFishHook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Hook } from "@/features/hooks/hook-queries";
import { hookListQuery } from "@/features/hooks/hook-queries";
import { HookTable } from "@/features/hooks/hook-table";
import { hookTexts as texts } from "@/features/hooks/texts";
import { useMay } from "@/shared/session/use-session";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";
import { useEditing } from "@/shared/ui/use-editing";

const HookForm = later(
  async () => (await import("@/features/hooks/hook-form")).HookForm,
  () => true,
);
const SecretDialog = later(
  async () => (await import("@/shared/ui/secret-dialog")).SecretDialog,
  ({ secret }) => secret !== "",
);

export function HooksPage() {
  const mayManage = useMay("hook.manage");
  const editing = useEditing<Hook>();
  const [secret, setSecret] = useState("");
  const made = (hook: Hook) => {
    editing.close();
    setSecret(hook.secret ?? "");
  };
  return (
    <ListPage
      texts={texts}
      icon={IconFishHook}
      query={useQuery(hookListQuery)}
      onCreate={mayManage ? editing.create : undefined}
      table={(hooks) => <HookTable hooks={hooks} mayManage={mayManage} onEdit={editing.edit} />}
    >
      <EditModal editing={editing} title={(hook) => (hook ? texts.edit(hook.name) : texts.create)}>
        {(hook) => <HookForm hook={hook} onClose={editing.close} onMade={made} />}
      </EditModal>
      <SecretDialog secret={secret} texts={texts.made} onClose={() => setSecret("")} />
    </ListPage>
  );
}
