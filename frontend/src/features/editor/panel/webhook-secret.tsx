import { Button, Group, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { rotateWebhookSecret, webhooksQuery } from "@/features/editor/store/api";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import type { Webhook } from "@/shared/api/schemas";
import { useMay } from "@/shared/session/use-session";
import { confirm } from "@/shared/ui/confirm";
import { notifyError } from "@/shared/ui/notify";
import { SecretDialog } from "@/shared/ui/secret-dialog";

const words = texts.triggers.secret;

/** The secret that callers sign with. Publishing shows it to nobody, so that a new one is made to be shown. */
export function WebhookSecret({ webhook }: { webhook: Webhook }) {
  const mayManage = useMay("webhook.manage");
  const [secret, setSecret] = useState("");
  const rotate = useRotate(setSecret);
  if (!webhook.has_secret) return null;
  const ask = async () => {
    if (await confirm(words.question)) rotate.mutate(webhook.id);
  };
  return (
    <Group gap="xs" wrap="nowrap" justify="space-between">
      <Text size="xs" c="dimmed">
        {mayManage ? words.hidden : words.notAllowed}
      </Text>
      {mayManage ? (
        <Button
          size="compact-sm"
          variant="default"
          flex="none"
          leftSection={<IconKey size={14} aria-hidden />}
          loading={rotate.isPending}
          onClick={() => void ask()}
        >
          {words.show}
        </Button>
      ) : null}
      <SecretDialog secret={secret} texts={words.shown} onClose={() => setSecret("")} />
    </Group>
  );
}

function useRotate(onMade: (secret: string) => void) {
  const { id } = useEditor(selectWorkflow);
  const client = useQueryClient();
  return useMutation({
    mutationFn: rotateWebhookSecret,
    onSuccess: ({ secret }) => onMade(secret ?? ""),
    onError: (error) => notifyError({ title: words.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: webhooksQuery(id).queryKey }),
  });
}
