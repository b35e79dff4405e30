import { Box, Loader, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ApiError } from "@/shared/api/errors";
import { previewQuery } from "@/shared/schedule/preview-query";
import { timingTexts as texts } from "@/shared/schedule/texts";
import type { Timing } from "@/shared/schedule/timing";
import classes from "@/shared/schedule/timing.module.css";

/** A timing in words, and the next ten times, as they are typed. */
export function TimingPreview({ timing }: { timing: Timing }) {
  const [asked] = useDebouncedValue(timing, 250);
  const preview = useQuery({ ...previewQuery(asked), placeholderData: keepPreviousData });
  if (preview.error) {
    return (
      <Text size="sm" c="red" role="alert">
        {wordsOf(preview.error)}
      </Text>
    );
  }
  if (!preview.data) return <Loader size="sm" role="status" aria-label={texts.waiting} />;
  const { description, next_runs } = preview.data;
  return (
    <Box
      component="section"
      aria-label={texts.next}
      className={classes.preview}
      data-stale={preview.isPlaceholderData || undefined}
    >
      <Text size="sm" fw={600} aria-live="polite">
        {description}
      </Text>
      {next_runs.length > 0 ? (
        <>
          <Text size="xs" c="dimmed" mb={4}>
            {texts.nextIn(asked.timezone)}
          </Text>
          <ol className={classes.times}>
            {next_runs.map((time) => (
              <li key={time}>
                <time dateTime={time}>{inZone({ time, timezone: asked.timezone })}</time>
              </li>
            ))}
          </ol>
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {texts.never}
        </Text>
      )}
    </Box>
  );
}

/** A moment as the clocks of a zone show it. */
export function inZone({ time, timezone }: { time: string; timezone: string }): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: new Date(time).getUTCSeconds() ? "2-digit" : undefined,
    hourCycle: "h23",
  };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: timezone }).format(new Date(time));
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(new Date(time));
  }
}

function wordsOf(error: Error): string {
  const first = error instanceof ApiError ? error.problems[0]?.message : undefined;
  return first ?? error.message;
}
