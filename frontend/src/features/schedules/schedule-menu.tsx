import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconHistory, IconPencil, IconPlayerTrackNext, IconTrash } from "@tabler/icons-react";
import { useDeleteSchedule } from "@/features/schedules/schedule-changes";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { scheduleTexts } from "@/features/schedules/texts";

const texts = scheduleTexts.menu;

export type ScheduleMenuActions = {
  onEdit: (schedule: Schedule) => void;
  onHistory: (schedule: Schedule) => void;
  onBackFill: (schedule: Schedule) => void;
};

type ScheduleMenuProps = ScheduleMenuActions & { schedule: Schedule; mayManage: boolean };

export function ScheduleMenu({ schedule, mayManage, onEdit, onHistory, onBackFill }: ScheduleMenuProps) {
  const remove = useDeleteSchedule();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={texts.label(schedule.workflow_name)}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => onHistory(schedule)}>
          {texts.history}
        </Menu.Item>
        {mayManage ? (
          <>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onEdit(schedule)}>
              {texts.edit}
            </Menu.Item>
            <Menu.Item leftSection={<IconPlayerTrackNext size={16} />} onClick={() => onBackFill(schedule)}>
              {texts.backFill}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => void remove(schedule)}
            >
              {texts.delete}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
