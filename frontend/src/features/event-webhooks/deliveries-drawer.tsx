import { Accordion, Badge, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Delivery, Endpoint } from "@/features/event-webhooks/endpoint-queries";
import { deliveriesQuery, useRepeatDelivery } from "@/features/event-webhooks/endpoint-queries";
import { eventWebhookTexts } from "@/features/event-webhooks/texts";
import { useMay } from "@/shared/session/use-session";
import { JsonViewer } from "@/shared/ui/json-viewer";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";

const texts = eventWebhookTexts.deliveries;
const COLORS = { pending: "blue", delivered: "teal", failed: "red" } as const;

type DeliveriesDrawerProps = { endpoint: Endpoint | null; onClose: () => void };

/** What an address was told lately, what it answered, and a way to tell it again. */
export function DeliveriesDrawer({ endpoint, onClose }: DeliveriesDrawerProps) {
  return (
    <Drawer
      opened={endpoint !== null}
      onClose={onClose}
      title={endpoint ? eventWebhookTexts.deliveriesOf(endpoint.url) : ""}
      position="right"
      size="xl"
    >
      {endpoint ? <Deliveries endpoint={endpoint.id} /> : null}
    </Drawer>
  );
}

function Deliveries({ endpoint }: { endpoint: string }) {
  const deliveries = useQuery(deliveriesQuery(endpoint));
  return (
    <QueryView query={deliveries} failed={texts.failed}>
      {({ results }) =>
        results.length === 0 ? (
          <Text c="dimmed">{texts.empty}</Text>
        ) : (
          <Accordion variant="separated" chevronPosition="left" keepMounted={false}>
            {results.map((delivery) => (
              <Entry key={delivery.id} delivery={delivery} endpoint={endpoint} />
            ))}
          </Accordion>
        )
      }
    </QueryView>
  );
}

function Entry({ delivery, endpoint }: { delivery: Delivery; endpoint: string }) {
  const { id, type, status, attempts, response_status, created_at } = delivery;
  const facts = [texts.tries(attempts), response_status ? texts.answered(response_status) : ""];
  return (
    <Accordion.Item value={id}>
      <Accordion.Control>
        <Group gap="xs">
          <Badge color={COLORS[status]} variant="light">
            {texts.status[status]}
          </Badge>
          <Text size="sm" ff="monospace">
            {type}
          </Text>
          <Text size="xs" c="dimmed">
            {facts.filter(Boolean).join(" · ")}
          </Text>
          <Text size="xs" c="dimmed" ml="auto">
            <RelativeTime value={created_at} />
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Details delivery={delivery} endpoint={endpoint} />
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Details({ delivery: { id, error, payload }, endpoint }: { delivery: Delivery; endpoint: string }) {
  const mayManage = useMay("webhook.manage");
  const repeat = useRepeatDelivery(endpoint);
  return (
    <Stack gap="sm">
      {error ? <Text size="sm">{error}</Text> : null}
      <JsonViewer value={payload} label={texts.payload} />
      {mayManage ? (
        <Button
          size="xs"
          variant="default"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconRepeat size={15} aria-hidden />}
          loading={repeat.isPending}
          onClick={() => repeat.mutate(id)}
        >
          {texts.repeat}
        </Button>
      ) : null}
    </Stack>
  );
}
