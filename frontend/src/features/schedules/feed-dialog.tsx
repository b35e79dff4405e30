import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useChangePolicy } from "@/features/schedules/schedule-changes";
import { policyQuery } from "@/features/schedules/schedule-queries";
import { scheduleTexts } from "@/features/schedules/texts";
import { CommandBlock } from "@/shared/ui/command-block";

const calendar = scheduleTexts.calendar;

/** The address at which other calendars find all schedules. */
export function FeedDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const policy = useQuery(policyQuery);
  const change = useChangePolicy();
  return (
    <Modal opened={opened} onClose={onClose} title={calendar.feed} size="lg">
      <Stack>
        <Text size="sm">{calendar.feedText}</Text>
        {policy.data?.calendar_url ? (
          <CommandBlock label={calendar.feedAddress} value={policy.data.calendar_url} />
        ) : null}
        <Group>
          <Button
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ calendar: "renew" })}
          >
            {policy.data?.calendar_url ? calendar.feedRenew : calendar.feedCreate}
          </Button>
          {policy.data?.calendar_url ? (
            <Button variant="subtle" color="red" onClick={() => change.mutate({ calendar: "remove" })}>
              {calendar.feedRemove}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Modal>
  );
}
