import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { webhookTexts as texts } from "@/features/webhooks/texts";
import { webhookListQuery } from "@/features/webhooks/webhook-queries";
import { WebhookTable } from "@/features/webhooks/webhook-table";
import type { Webhook } from "@/shared/api/schemas";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

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
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      {texts.create}
    </Button>
  ) : null;
  const show = (webhook: Webhook) => {
    dialog.close();
    setShown(webhook);
  };
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={webhooks} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <EmptyState
              icon={<IconWebhook size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          ) : (
            <>
              <WebhookTable
                webhooks={results}
                mayManage={mayManage}
                onShow={show}
                onCalls={setCalls}
                onTest={setTested}
              />
              <Pager
                count={count}
                size={PAGE_SIZE}
                page={filters.page}
                onChange={(page) => filters.set("page", String(page))}
              />
            </>
          )
        }
      </QueryView>
      <CreateWebhookDialog opened={creating} onClose={dialog.close} onMade={show} />
      <WebhookDialog webhook={shown} onClose={() => setShown(null)} />
      <CallsDrawer webhook={calls} onClose={() => setCalls(null)} />
      <TestDialog webhook={tested} onClose={() => setTested(null)} />
    </PageFrame>
  );
}
