import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconKey,
  IconListDetails,
  IconRefresh,
  IconTerminal2,
  IconTestPipe,
  IconTrash,
} from "@tabler/icons-react";
import { useDeleteWebhook } from "@/features/webhooks/delete-webhook";
import { useRotate } from "@/features/webhooks/rotate-secret";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook } from "@/shared/api/schemas";

const texts = webhookTexts.actions;

export type WebhookMenuActions = {
  onShow: (webhook: Webhook) => void;
  onCalls: (webhook: Webhook) => void;
  onTest: (webhook: Webhook) => void;
};

type WebhookMenuProps = WebhookMenuActions & { webhook: Webhook; mayManage: boolean };

export function WebhookMenu({ webhook, mayManage, onShow, onCalls, onTest }: WebhookMenuProps) {
  const remove = useDeleteWebhook();
  const rotate = useRotate(onShow);
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
        <Menu.Item leftSection={<IconListDetails size={16} />} onClick={() => onCalls(webhook)}>
          {texts.calls}
        </Menu.Item>
        {mayManage ? (
          <Menu.Item leftSection={<IconTestPipe size={16} />} onClick={() => onTest(webhook)}>
            {texts.test}
          </Menu.Item>
        ) : null}
        {mayManage && webhook.auth !== "none" && webhook.auth !== "basic" ? (
          <Menu.Item leftSection={<IconKey size={16} />} onClick={() => void rotate(webhook.id, "secret")}>
            {texts.rotate}
          </Menu.Item>
        ) : null}
        {mayManage ? (
          <>
            <Menu.Item
              leftSection={<IconRefresh size={16} />}
              onClick={() => void rotate(webhook.id, "token")}
            >
              {texts.rotateUrl}
            </Menu.Item>
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
