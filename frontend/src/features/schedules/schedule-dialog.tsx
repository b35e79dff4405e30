import { Modal } from "@mantine/core";
import { ScheduleForm } from "@/features/schedules/schedule-form";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { scheduleTexts as texts } from "@/features/schedules/texts";

type ScheduleDialogProps = { opened: boolean; schedule: Schedule | null; onClose: () => void };

export function ScheduleDialog({ opened, schedule, onClose }: ScheduleDialogProps) {
  const title = schedule ? texts.dialog.edit(schedule.workflow_name) : texts.dialog.create;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      {opened ? <ScheduleForm schedule={schedule} onClose={onClose} /> : null}
    </Modal>
  );
}
