import { Group, Paper, SegmentedControl, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Bucket, Chart, Measure, SeriesBy } from "@/features/ai-usage/chart-data";
import { chartOf } from "@/features/ai-usage/chart-data";
import { usageTexts } from "@/features/ai-usage/texts";
import classes from "@/features/ai-usage/usage-chart.module.css";
import { daysQuery, money } from "@/features/ai-usage/usage-queries";
import { QueryView } from "@/shared/ui/query-view";

const texts = usageTexts.chart;
const BY = (["model", "provider"] as const).map((value) => ({ value, label: usageTexts.groupings[value] }));
const MEASURES = (["cost", "tokens"] as const).map((value) => ({ value, label: texts.measures[value] }));
const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });

type UsageChartProps = { since: string; until: string; hasCost: boolean };

/** What was used day by day, by model or provider. */
export function UsageChart({ since, until, hasCost }: UsageChartProps) {
  const [by, setBy] = useState<SeriesBy>("model");
  const [chosen, setMeasure] = useState<Measure | null>(null);
  const measure = chosen ?? (hasCost ? "cost" : "tokens"); // models of one's own cost nothing
  const days = useQuery(daysQuery({ by, since }));
  return (
    <Paper component="section" p="md" aria-label={texts.title} className={classes.frame}>
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4">
          {texts.title}
        </Title>
        <Group gap="sm">
          <SegmentedControl
            size="xs"
            aria-label={texts.measure}
            data={MEASURES}
            value={measure}
            onChange={setMeasure}
          />
          <SegmentedControl size="xs" aria-label={texts.by} data={BY} value={by} onChange={setBy} />
        </Group>
      </Group>
      <QueryView query={days} failed={usageTexts.loadFailed}>
        {({ groups }) => (
          <Bars
            chart={chartOf({ groups, since, until, by, measure, others: texts.others })}
            write={measure === "cost" ? money : (tokens) => tokens.toLocaleString()}
          />
        )}
      </QueryView>
    </Paper>
  );
}

type BarsProps = { chart: Chart; write: (value: number) => string };

function Bars({ chart: { series, buckets, most }, write }: BarsProps) {
  return (
    <>
      <ul className={classes.legend} aria-label={texts.legend}>
        {series.map((name, index) => (
          <li key={name}>
            <span className={classes.key} data-series={index} aria-hidden />
            {name}
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed" mt="xs">
        {texts.most(write(most))}
      </Text>
      <ul className={classes.bars} aria-label={texts.title}>
        {buckets.map((bucket) => (
          <Bar key={bucket.from} bucket={bucket} series={series} most={most} write={write} />
        ))}
      </ul>
      <Group justify="space-between" className={classes.axis} aria-hidden>
        {[buckets[0], buckets[Math.floor(buckets.length / 2)], buckets.at(-1)].map((bucket, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: Three fixed places.
          <span key={index}>{bucket ? dayName(bucket.from) : ""}</span>
        ))}
      </Group>
    </>
  );
}

type BarProps = { bucket: Bucket; series: readonly string[]; most: number; write: (value: number) => string };

function Bar({ bucket: { from, parts, total }, series, most, write }: BarProps) {
  const used = series
    .map((name, index) => ({ name, index, value: parts[index] ?? 0 }))
    .filter(({ value }) => value > 0);
  const label = texts.bar({
    day: dayName(from),
    total: write(total),
    parts: used.map(({ name, value }) => `${name} ${write(value)}`),
  });
  return (
    <li className={classes.bar} title={label}>
      <span role="img" aria-label={label} className={classes.track}>
        {used.map(({ name, index, value }) => (
          <span
            key={name}
            data-series={index}
            className={classes.part}
            style={{ height: `${most ? (100 * value) / most : 0}%` }}
          />
        ))}
      </span>
    </li>
  );
}

function dayName(day: string): string {
  return DAY.format(new Date(day));
}
