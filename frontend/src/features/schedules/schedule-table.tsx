import { Badge, Stack, Switch, Text } from "@mantine/core";
import { useToggleSchedule } from "@/features/schedules/schedule-changes";
import type { ScheduleMenuActions } from "@/features/schedules/schedule-menu";
import { ScheduleMenu } from "@/features/schedules/schedule-menu";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { scheduleTexts as texts } from "@/features/schedules/texts";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RelativeTime } from "@/shared/ui/relative-time";
import { TextLink } from "@/shared/ui/text-link";

type ScheduleTableProps = ScheduleMenuActions & { schedules: readonly Schedule[]; mayManage: boolean };

export function ScheduleTable({ schedules, mayManage, ...actions }: ScheduleTableProps) {
  const columns: Column<Schedule>[] = [
    ...READ_COLUMNS,
    {
      key: "active",
      title: texts.columns.active,
      from: "sm",
      cell: (schedule) => <ActiveSwitch schedule={schedule} disabled={!mayManage} />,
    },
    {
      key: "actions",
      title: "",
      align: "right",
      cell: (schedule) => <ScheduleMenu schedule={schedule} mayManage={mayManage} {...actions} />,
    },
  ];
  return <DataTable label={texts.table} rows={schedules} columns={columns} rowKey={({ id }) => id} />;
}

const READ_COLUMNS: readonly Column<Schedule>[] = [
  {
    key: "workflow",
    title: texts.columns.workflow,
    cell: (schedule) => (
      <Stack gap={2}>
        <TextLink to={`/workflows/${schedule.workflow_slug}`} strong>
          {schedule.workflow_name}
        </TextLink>
        {schedule.name ? (
          <Text size="xs" c="dimmed">
            {schedule.name}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  {
    key: "when",
    title: texts.columns.when,
    cell: ({ description, cron }) => (
      <Stack gap={2}>
        <Text size="sm">{description}</Text>
        {cron ? (
          <Text size="xs" c="dimmed" ff="monospace">
            {cron}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  { key: "next", title: texts.columns.next, from: "sm", cell: (schedule) => <NextRun schedule={schedule} /> },
  { key: "runs", title: texts.columns.runs, from: "md", align: "right", cell: ({ run_count }) => run_count },
];

function NextRun({ schedule }: { schedule: Schedule }) {
  const { is_active, next_runs, workflow_is_active, workflow_is_published } = schedule;
  if (!is_active) return <Text c="dimmed">{texts.off}</Text>;
  const why = workflow_is_published ? (workflow_is_active ? null : texts.workflowOff) : texts.unpublished;
  return (
    <Stack gap={2} align="flex-start">
      <RelativeTime value={next_runs[0] ?? null} fallback={texts.neverAgain} />
      {why ? (
        <Badge color="yellow" variant="light" title={why}>
          {texts.off}
        </Badge>
      ) : null}
    </Stack>
  );
}

function ActiveSwitch({ schedule, disabled }: { schedule: Schedule; disabled: boolean }) {
  const toggle = useToggleSchedule();
  return (
    <Switch
      aria-label={texts.actions.active(schedule.workflow_name)}
      checked={toggle.isPending ? !schedule.is_active : schedule.is_active}
      disabled={disabled}
      onChange={() => toggle.mutate(schedule)}
    />
  );
}
