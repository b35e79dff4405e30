import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarShare, IconDots, IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useChangePolicy } from "@/features/schedules/schedule-changes";
import { policyQuery } from "@/features/schedules/schedule-queries";
import { scheduleTexts } from "@/features/schedules/texts";
import { confirm } from "@/shared/ui/confirm";
import { later } from "@/shared/ui/later";

const texts = scheduleTexts.paused;
const calendar = scheduleTexts.calendar;

const FeedDialog = later(
  async () => (await import("@/features/schedules/feed-dialog")).FeedDialog,
  ({ opened }) => opened,
);

/** What holds for all schedules: pausing them, and the calendar's address. */
export function ScheduleSettings() {
  const policy = useQuery(policyQuery);
  const change = useChangePolicy();
  const [opened, feed] = useDisclosure(false);
  const pause = async () => {
    const agreed = await confirm({
      title: texts.confirmTitle,
      message: texts.confirmText,
      confirmLabel: texts.pause,
      danger: true,
    });
    if (agreed) change.mutate({ paused: true });
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={scheduleTexts.menu.label(scheduleTexts.title)}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCalendarShare size={16} />} onClick={feed.open}>
            {calendar.feed}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconPlayerPause size={16} />}
            disabled={policy.data?.paused}
            onClick={() => void pause()}
          >
            {texts.pause}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FeedDialog opened={opened} onClose={feed.close} />
    </>
  );
}
