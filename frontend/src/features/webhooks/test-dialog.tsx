import { Alert, Badge, Button, Code, Group, Loader, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import classes from "@/features/webhooks/calls-drawer.module.css";
import type { TestCall } from "@/features/webhooks/delivery-queries";
import { testQuery, testSchema } from "@/features/webhooks/delivery-queries";
import { webhookTexts } from "@/features/webhooks/texts";
import { api } from "@/shared/api/client";
import type { Webhook } from "@/shared/api/schemas";
import { rememberedInput } from "@/shared/lib/remembered-input";
import { CommandBlock } from "@/shared/ui/command-block";
import { ErrorState } from "@/shared/ui/error-state";
import { notifyDone } from "@/shared/ui/notify";
import { RelativeTime } from "@/shared/ui/relative-time";

const texts = webhookTexts.test;

type TestDialogProps = { webhook: Webhook | null; onClose: () => void };

/** An address that shows what is sent to it, for ten minutes. */
export function TestDialog({ webhook, onClose }: TestDialogProps) {
  return (
    <Modal opened={webhook !== null} onClose={onClose} title={texts.title} size="xl">
      {webhook ? <Content webhook={webhook} /> : null}
    </Modal>
  );
}

function Content({ webhook }: { webhook: Webhook }) {
  const make = useMutation({
    mutationFn: () =>
      api.post(
        "/api/webhook-tests/",
        { workflow: webhook.workflow, webhook: webhook.id },
        { schema: testSchema },
      ),
  });
  const { mutate } = make;
  useEffect(() => mutate(), [mutate]);
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {texts.text}
      </Text>
      {make.error ? <ErrorState error={make.error} title={texts.failed} /> : null}
      {make.data ? (
        <Test key={make.data.id} id={make.data.id} webhook={webhook} onAgain={() => mutate()} />
      ) : null}
    </Stack>
  );
}

function Test({ id, webhook, onAgain }: { id: string; webhook: Webhook; onAgain: () => void }) {
  const test = useQuery(testQuery(id));
  if (test.error) {
    return (
      <>
        <ErrorState error={test.error} title={texts.failed} />
        <Button onClick={onAgain}>{texts.again}</Button>
      </>
    );
  }
  if (!test.data) return <Loader aria-label={texts.waiting} />;
  const { url, expires_at, calls } = test.data;
  return (
    <>
      <CommandBlock label={texts.address} value={url} />
      <Text size="xs" c="dimmed">
        {texts.expires} <RelativeTime value={expires_at} />
      </Text>
      {calls.length === 0 ? (
        <Group gap="sm">
          <Loader size="xs" />
          <Text size="sm">{texts.waiting}</Text>
        </Group>
      ) : null}
      {calls.map((call) => (
        <Call key={`${call.at}${call.size}`} call={call} webhook={webhook} />
      ))}
    </>
  );
}

function Call({ call, webhook }: { call: TestCall; webhook: Webhook }) {
  const { webhook_payload, webhook_headers, webhook_query } = call;
  const use = () => {
    rememberedInput.set(
      webhook.workflow,
      JSON.stringify({ webhook_payload, webhook_headers, webhook_query }, null, 2),
    );
    notifyDone(texts.used);
  };
  return (
    <section className={classes.call} aria-label={`${call.method} ${call.at}`}>
      <Group gap="xs">
        <Badge variant="light">{call.method}</Badge>
        <Text size="sm" ff="monospace">
          /{call.path}
        </Text>
        <Text size="xs" c="dimmed">
          <RelativeTime value={call.at} />
        </Text>
        <Button size="xs" ml="auto" onClick={use}>
          {texts.use}
        </Button>
      </Group>
      {call.proof ? (
        <Alert color={call.proof.ok ? "teal" : "red"} p="xs" variant="light">
          <Text size="xs">{call.proof.ok ? texts.proven : call.proof.detail}</Text>
        </Alert>
      ) : null}
      <Code block className={classes.code}>
        {typeof webhook_payload === "string" ? webhook_payload : JSON.stringify(webhook_payload, null, 2)}
      </Code>
    </section>
  );
}
