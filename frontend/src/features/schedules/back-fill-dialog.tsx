import { Alert, Button, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useBackFill } from "@/features/schedules/schedule-changes";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { moment } from "@/features/schedules/schedule-values";
import { scheduleTexts } from "@/features/schedules/texts";
import { FormError } from "@/shared/ui/form-error";
import { notifyDone } from "@/shared/ui/notify";

const texts = scheduleTexts.backFill;

type BackFillDialogProps = { schedule: Schedule | null; onClose: () => void };

export function BackFillDialog({ schedule, onClose }: BackFillDialogProps) {
  return (
    <Modal opened={schedule !== null} onClose={onClose} title={texts.title} size="lg">
      {schedule ? <Content schedule={schedule} onClose={onClose} /> : null}
    </Modal>
  );
}

/** First says how many times there are; then runs them. */
function Content({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const [range, setRange] = useState({ since: "", until: "" });
  const check = useBackFill(schedule.id);
  const run = useBackFill(schedule.id);
  const since = moment(range.since);
  const until = moment(range.until);
  const ready = since !== null && until !== null;
  const change = (part: Partial<typeof range>) => {
    check.reset();
    setRange({ ...range, ...part });
  };
  const send = () => {
    if (!ready) return;
    if (check.data === undefined) {
      check.mutate({ since, until, dry_run: true });
      return;
    }
    run.mutate(
      { since, until, dry_run: false },
      {
        onSuccess: ({ count }) => {
          notifyDone(texts.done(count));
          onClose();
        },
      },
    );
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {texts.text}
      </Text>
      <FormError error={check.error ?? run.error} title={texts.failed} fields={[]} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          type="datetime-local"
          label={texts.since}
          value={range.since}
          onChange={({ currentTarget }) => change({ since: currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={texts.until}
          value={range.until}
          onChange={({ currentTarget }) => change({ until: currentTarget.value })}
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {texts.zone(Intl.DateTimeFormat().resolvedOptions().timeZone)}
      </Text>
      {check.data ? <Alert color="blue">{texts.count(check.data.count)}</Alert> : null}
      <Group justify="flex-end">
        <Button
          onClick={send}
          disabled={!ready || check.data?.count === 0}
          loading={check.isPending || run.isPending}
        >
          {check.data ? texts.run : texts.check}
        </Button>
      </Group>
    </Stack>
  );
}
