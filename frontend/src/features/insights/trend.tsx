import { Group, Paper, Text, Title } from "@mantine/core";
import { insightsTexts as texts } from "@/features/insights/texts";
import classes from "@/features/insights/trend.module.css";
import type { Insights } from "@/shared/api/insights-queries";

const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

type Day = { date: string; success: number; bad: number };

/** The jobs of each day as bars, the failed ones on top. */
export function Trend({ trend }: { trend: Insights["trend"] }) {
  const days = trend.map(({ date, success, failed, timed_out }) => ({
    date,
    success,
    bad: failed + timed_out,
  }));
  const most = Math.max(1, ...days.map(({ success, bad }) => success + bad));
  return (
    <Paper component="section" p="md" aria-label={texts.trend} className={classes.frame}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {texts.trend}
        </Title>
        <Group gap="md">
          <Legend tone="good" label={texts.good} />
          <Legend tone="bad" label={texts.bad} />
        </Group>
      </Group>
      <ul className={classes.bars}>
        {days.map((day) => (
          <Bar key={day.date} day={day} most={most} />
        ))}
      </ul>
    </Paper>
  );
}

function Bar({ day: { date, success, bad }, most }: { day: Day; most: number }) {
  const label = DAY.format(new Date(date));
  return (
    <li className={classes.day} title={texts.trendOf(label, success, bad)}>
      <span className={classes.count}>{success + bad}</span>
      <span className={classes.track} role="img" aria-label={texts.trendOf(label, success, bad)}>
        <span className={classes.bad} style={{ height: `${(100 * bad) / most}%` }} />
        <span className={classes.good} style={{ height: `${(100 * success) / most}%` }} />
      </span>
      <span className={classes.date}>{label}</span>
    </li>
  );
}

function Legend({ tone, label }: { tone: "good" | "bad"; label: string }) {
  return (
    <Group gap={6}>
      <span className={`${classes.key} ${classes[tone]}`} aria-hidden />
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </Group>
  );
}
