import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconKey, IconTerminal2, IconTrash } from "@tabler/icons-react";
import { useDeleteWebhook } from "@/features/webhooks/delete-webhook";
import { useRotateSecret } from "@/features/webhooks/rotate-secret";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook } from "@/shared/api/schemas";

const texts = webhookTexts.actions;

type WebhookMenuProps = { webhook: Webhook; mayManage: boolean; onShow: (webhook: Webhook) => void };

export function WebhookMenu({ webhook, mayManage, onShow }: WebhookMenuProps) {
  const remove = useDeleteWebhook();
  const rotate = useRotateSecret(onShow);
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={texts.menu(webhook.workflow_name ?? webhook.workflow)}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconTerminal2 size={16} />} onClick={() => onShow(webhook)}>
          {texts.show}
        </Menu.Item>
        {mayManage && webhook.auth !== "none" && webhook.auth !== "basic" ? (
          <Menu.Item leftSection={<IconKey size={16} />} onClick={() => void rotate(webhook.id)}>
            {texts.rotate}
          </Menu.Item>
        ) : null}
        {mayManage ? (
          <>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => void remove(webhook.id)}
            >
              {texts.delete}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
