import { useDisclosure } from "@mantine/hooks";
import { IconWebhook } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { webhookTexts as texts } from "@/features/webhooks/texts";
import { webhookListQuery } from "@/features/webhooks/webhook-queries";
import { WebhookTable } from "@/features/webhooks/webhook-table";
import type { Webhook } from "@/shared/api/schemas";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";

const CreateWebhookDialog = later(
  async () => (await import("@/features/webhooks/create-webhook-dialog")).CreateWebhookDialog,
  ({ opened }) => opened,
);
const WebhookDialog = later(
  async () => (await import("@/features/webhooks/webhook-dialog")).WebhookDialog,
  ({ webhook }) => webhook !== null,
);
const CallsDrawer = later(
  async () => (await import("@/features/webhooks/calls-drawer")).CallsDrawer,
  ({ webhook }) => webhook !== null,
);
const TestDialog = later(
  async () => (await import("@/features/webhooks/test-dialog")).TestDialog,
  ({ webhook }) => webhook !== null,
);

const PAGE_SIZE = 50;
const FILTERS = ["page"] as const;

export function WebhooksPage() {
  const filters = useUrlFilters(FILTERS);
  const mayManage = useMay("webhook.manage");
  const [creating, dialog] = useDisclosure(false);
  const [shown, setShown] = useState<Webhook | null>(null);
  const [calls, setCalls] = useState<Webhook | null>(null);
  const [tested, setTested] = useState<Webhook | null>(null);
  const webhooks = useQuery({
    ...webhookListQuery({ limit: PAGE_SIZE, offset: (filters.page - 1) * PAGE_SIZE }),
    placeholderData: keepPreviousData,
  });
  const show = (webhook: Webhook) => {
    dialog.close();
    setShown(webhook);
  };
  return (
    <ListPage
      texts={texts}
      icon={IconWebhook}
      query={webhooks}
      onCreate={mayManage ? dialog.open : undefined}
      paging={{
        size: PAGE_SIZE,
        page: filters.page,
        onChange: (page) => filters.set("page", String(page)),
      }}
      table={(results) => (
        <WebhookTable
          webhooks={results}
          mayManage={mayManage}
          onShow={show}
          onCalls={setCalls}
          onTest={setTested}
        />
      )}
    >
      <CreateWebhookDialog opened={creating} onClose={dialog.close} onMade={show} />
      <WebhookDialog webhook={shown} onClose={() => setShown(null)} />
      <CallsDrawer webhook={calls} onClose={() => setCalls(null)} />
      <TestDialog webhook={tested} onClose={() => setTested(null)} />
    </ListPage>
  );
}
