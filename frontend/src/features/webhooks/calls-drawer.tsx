import { Accordion, Badge, Button, Code, Drawer, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import classes from "@/features/webhooks/calls-drawer.module.css";
import type { Delivery } from "@/features/webhooks/delivery-queries";
import { deliveriesQuery, useReplay } from "@/features/webhooks/delivery-queries";
import { webhookTexts } from "@/features/webhooks/texts";
import type { Webhook } from "@/shared/api/schemas";
import { useMay } from "@/shared/session/use-session";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { JobStatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";

const texts = webhookTexts.calls;
const COLORS = { accepted: "teal", repeated: "blue", refused: "red" } as const;

type CallsDrawerProps = { webhook: Webhook | null; onClose: () => void };

/** What a webhook was sent in the last days, each call with its verdict, and sent again with one click. */
export function CallsDrawer({ webhook, onClose }: CallsDrawerProps) {
  return (
    <Drawer
      opened={webhook !== null}
      onClose={onClose}
      title={webhook ? texts.title(webhook.workflow_name ?? webhook.workflow) : ""}
      position="right"
      size="xl"
    >
      {webhook ? <Calls webhook={webhook} /> : null}
    </Drawer>
  );
}

function Calls({ webhook }: { webhook: Webhook }) {
  const [verdict, setVerdict] = useState("");
  const deliveries = useQuery(deliveriesQuery(webhook.id, verdict));
  const choices = [{ value: "", label: texts.all }, ...verdicts()];
  return (
    <Stack>
      <SegmentedControl data={choices} value={verdict} onChange={setVerdict} size="xs" />
      <QueryView query={deliveries} failed={texts.failed}>
        {({ results }) =>
          results.length === 0 ? (
            <Text c="dimmed">{texts.empty}</Text>
          ) : (
            <Accordion variant="separated" chevronPosition="left">
              {results.map((delivery) => (
                <Call key={delivery.id} delivery={delivery} webhook={webhook} />
              ))}
            </Accordion>
          )
        }
      </QueryView>
    </Stack>
  );
}

function Call({ delivery, webhook }: { delivery: Delivery; webhook: Webhook }) {
  const { verdict, method, path, status, detail, size, replay_of } = delivery;
  return (
    <Accordion.Item value={String(delivery.id)}>
      <Accordion.Control>
        <Group gap="xs" wrap="wrap">
          <Badge color={COLORS[verdict]} variant="light">
            {texts.verdicts[verdict]}
          </Badge>
          <Text size="sm" ff="monospace">
            {method} /{path}
          </Text>
          {verdict === "refused" ? <Text size="sm">{status}</Text> : null}
          {delivery.job_status ? <JobStatusBadge status={delivery.job_status} /> : null}
          <Text size="xs" c="dimmed" ml="auto">
            <RelativeTime value={delivery.received_at} />
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">
          {detail ? <Text size="sm">{detail}</Text> : null}
          <Text size="xs" c="dimmed">
            {[delivery.content_type, texts.bytes(size), delivery.address && texts.from(delivery.address)]
              .filter(Boolean)
              .join(" · ")}
            {replay_of ? ` · ${texts.again}` : ""}
          </Text>
          <Request delivery={delivery} />
          <CallActions delivery={delivery} webhook={webhook} />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Request({ delivery: { request } }: { delivery: Delivery }) {
  if (!request) return null;
  const query = typeof request.query === "string" ? request.query : JSON.stringify(request.query, null, 2);
  return (
    <>
      <Part title={texts.headers} text={headerLines(request.headers)} />
      {query && query !== "{}" ? <Part title={texts.query} text={query} /> : null}
      {request.preview && request.preview !== "null" ? (
        <Part title={texts.body} text={request.preview} />
      ) : null}
    </>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={title}>
      <Text size="xs" fw={600} mb={2}>
        {title}
      </Text>
      <Code block className={classes.code}>
        {text}
      </Code>
    </section>
  );
}

function CallActions({ delivery, webhook }: { delivery: Delivery; webhook: Webhook }) {
  const mayRun = useMay("workflow.run");
  const replay = useReplay(webhook.id);
  return (
    <Group gap="sm">
      {mayRun ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRepeat size={15} />}
          loading={replay.isPending}
          onClick={() => replay.mutate(delivery.id)}
        >
          {texts.replay}
        </Button>
      ) : null}
      {delivery.job ? <TextLink to={`/jobs/${delivery.job}`}>{texts.job}</TextLink> : null}
    </Group>
  );
}

function headerLines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

function verdicts() {
  return (["accepted", "repeated", "refused"] as const).map((value) => ({
    value,
    label: texts.verdicts[value],
  }));
}
