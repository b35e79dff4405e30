import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import classes from "@/features/schedules/schedule-calendar.module.css";
import { agendaQuery } from "@/features/schedules/schedule-queries";
import type { AgendaEntry } from "@/features/schedules/schedule-schema";
import { scheduleTexts } from "@/features/schedules/texts";
import { QueryView } from "@/shared/ui/query-view";
import { TextLink } from "@/shared/ui/text-link";

const texts = scheduleTexts.calendar;

/** What runs on each of the next seven days, as this browser counts days. */
export function ScheduleCalendar() {
  const agenda = useQuery(agendaQuery(Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"));
  return (
    <QueryView query={agenda} failed={texts.failed}>
      {({ results }) =>
        results.length === 0 ? (
          <Text c="dimmed">{texts.empty}</Text>
        ) : (
          <div className={classes.days}>
            {daysOf(results).map(([day, entries]) => (
              <section key={day} className={classes.day} aria-label={nameOf(day)}>
                <Title order={3} size="h5" mb="xs">
                  {nameOf(day)}
                </Title>
                <ul className={classes.entries}>
                  {entries.map((entry) => (
                    <Entry key={entry.schedule} entry={entry} />
                  ))}
                </ul>
              </section>
            ))}
          </div>
        )
      }
    </QueryView>
  );
}

function Entry({ entry }: { entry: AgendaEntry }) {
  const { count, more, first, last } = entry;
  return (
    <li className={classes.entry}>
      <span className={classes.time}>
        {count > 1 ? `${clock(first)}–${more ? "" : clock(last)}` : clock(first)}
      </span>
      <span>
        <TextLink to={`/workflows/${entry.workflow_slug}`} strong>
          {entry.name || entry.workflow_name}
        </TextLink>
        <Text size="xs" c="dimmed">
          {count > 1 ? `${texts.times(count, more)} · ` : ""}
          {entry.description}
        </Text>
      </span>
    </li>
  );
}

function daysOf(entries: readonly AgendaEntry[]): [string, AgendaEntry[]][] {
  const days = new Map<string, AgendaEntry[]>();
  for (const entry of entries) days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  return [...days];
}

function nameOf(day: string): string {
  const date = new Date(`${day}T12:00:00`);
  const name = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(
    date,
  );
  return date.toDateString() === new Date().toDateString() ? `${texts.today}, ${name}` : name;
}

function clock(time: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(time),
  );
}
