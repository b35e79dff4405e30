import { Badge, Drawer, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { scheduleRunsQuery } from "@/features/schedules/schedule-queries";
import type { Schedule, ScheduleRun } from "@/features/schedules/schedule-schema";
import { scheduleTexts } from "@/features/schedules/texts";
import { inZone } from "@/shared/schedule/timing-preview";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { Duration } from "@/shared/ui/duration";
import { QueryView } from "@/shared/ui/query-view";
import { JobStatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";

const texts = scheduleTexts.history;
const STATES: Record<string, string> = texts.states;

type HistoryDrawerProps = { schedule: Schedule | null; onClose: () => void };

export function HistoryDrawer({ schedule, onClose }: HistoryDrawerProps) {
  return (
    <Drawer opened={schedule !== null} onClose={onClose} title={texts.title} position="right" size="lg">
      {schedule ? <Runs schedule={schedule} /> : null}
    </Drawer>
  );
}

function Runs({ schedule }: { schedule: Schedule }) {
  const runs = useQuery(scheduleRunsQuery(schedule.id));
  const columns: Column<ScheduleRun>[] = [
    {
      key: "due",
      title: texts.columns.due,
      cell: ({ due_at }) => inZone({ time: due_at, timezone: schedule.timezone }),
    },
    { key: "state", title: texts.columns.state, cell: (run) => <State run={run} /> },
    {
      key: "late",
      title: texts.columns.late,
      from: "sm",
      // A time that was made up for was late on purpose.
      cell: ({ late_seconds, back_fill }) => (back_fill ? null : <Duration seconds={late_seconds} />),
    },
    {
      key: "job",
      title: texts.columns.job,
      cell: ({ job }) => (job ? <OpenJob id={job} /> : null),
    },
  ];
  return (
    <QueryView query={runs} failed={texts.failed}>
      {({ results }) =>
        results.length === 0 ? (
          <Text c="dimmed">{texts.empty}</Text>
        ) : (
          <DataTable label={texts.title} rows={results} columns={columns} rowKey={({ due_at }) => due_at} />
        )
      }
    </QueryView>
  );
}

/** One word, which a narrow column would break. */
function OpenJob({ id }: { id: string }) {
  return (
    <span className="sg-nowrap">
      <TextLink to={`/jobs/${id}`}>{texts.open}</TextLink>
    </span>
  );
}

function State({ run }: { run: ScheduleRun }) {
  return (
    <div>
      <Group gap={6}>
        {run.job_status ? (
          <JobStatusBadge status={run.job_status} />
        ) : (
          <Badge variant="light" color={run.state === "failed" ? "red" : "gray"}>
            {STATES[run.state] ?? run.state}
          </Badge>
        )}
        {run.back_fill ? <Badge variant="outline">{texts.backFill}</Badge> : null}
      </Group>
      {run.reason ? (
        <Text size="xs" c="dimmed">
          {run.reason}
        </Text>
      ) : null}
    </div>
  );
}
