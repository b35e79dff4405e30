import { Chip, Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Pattern } from "@/shared/schedule/pattern";
import { cronOf, patternOf } from "@/shared/schedule/pattern";
import { timingTexts as texts } from "@/shared/schedule/texts";
import type { Repeats, Timing } from "@/shared/schedule/timing";
import { changedTo, repeatsOf } from "@/shared/schedule/timing";

const CODE = { input: { fontFamily: "var(--mantine-font-family-monospace)" } };

const REPEATS: Repeats[] = ["minutes", "hourly", "daily", "weekly", "monthly", "interval", "once", "cron"];
const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

type TimingFieldsProps = { value: Timing; onChange: (value: Timing) => void; disabled?: boolean };

/** Pickers that write cron, and fields for everything else. */
export function TimingFields({ value, onChange, disabled = false }: TimingFieldsProps) {
  const [asExpression, setAsExpression] = useState(repeatsOf(value) === "cron");
  const repeats = asExpression && value.cron !== null ? "cron" : repeatsOf(value);
  const choose = (next: string | null) => {
    const chosen = REPEATS.find((one) => one === next) ?? "daily";
    setAsExpression(chosen === "cron");
    onChange(changedTo({ timing: value, repeats: chosen, now: new Date() }));
  };
  const pattern = repeats === "cron" ? null : patternOf(value.cron ?? "");
  return (
    <Stack gap="sm">
      <Select
        label={texts.repeats}
        data={REPEATS.map((one) => ({ value: one, label: texts.kinds[one] }))}
        value={repeats}
        onChange={choose}
        allowDeselect={false}
        disabled={disabled}
        maxDropdownHeight={320}
      />
      {pattern ? (
        <PatternFields
          pattern={pattern}
          disabled={disabled}
          onChange={(next) => onChange({ ...value, cron: cronOf(next) })}
        />
      ) : (
        <OtherFields repeats={repeats} value={value} onChange={onChange} disabled={disabled} />
      )}
      <Select
        label={texts.timezone}
        description={texts.timezoneHelp}
        data={ZONES.includes(value.timezone) ? ZONES : [value.timezone, ...ZONES]}
        value={value.timezone}
        onChange={(zone) => onChange({ ...value, timezone: zone ?? "UTC" })}
        searchable
        allowDeselect={false}
        limit={60}
        disabled={disabled}
      />
    </Stack>
  );
}

type OtherFieldsProps = Required<TimingFieldsProps> & { repeats: Repeats };

function OtherFields({ repeats, value, onChange, disabled }: OtherFieldsProps) {
  if (repeats === "interval") {
    return (
      <NumberInput
        label={texts.seconds}
        min={1}
        allowDecimal={false}
        value={value.every_seconds ?? 1}
        onChange={(seconds) => onChange({ ...value, every_seconds: Number(seconds) || 1 })}
        disabled={disabled}
      />
    );
  }
  if (repeats === "once") {
    return (
      <TextInput
        type="datetime-local"
        label={texts.at}
        value={localInput(value.at)}
        onChange={({ currentTarget }) => {
          if (currentTarget.value) onChange({ ...value, at: new Date(currentTarget.value).toISOString() });
        }}
        disabled={disabled}
      />
    );
  }
  return (
    <TextInput
      label={texts.cron}
      description={texts.cronHelp}
      styles={CODE}
      spellCheck={false}
      value={value.cron ?? ""}
      onChange={({ currentTarget }) => onChange({ ...value, cron: currentTarget.value })}
      disabled={disabled}
    />
  );
}

type PatternFieldsProps = { pattern: Pattern; onChange: (pattern: Pattern) => void; disabled: boolean };

function PatternFields({ pattern, onChange, disabled }: PatternFieldsProps) {
  switch (pattern.kind) {
    case "minutes":
      return (
        <Select
          label={texts.every}
          data={["1", "2", "3", "5", "10", "15", "20", "30"]}
          value={String(pattern.every)}
          onChange={(every) => onChange({ kind: "minutes", every: Number(every) || 1 })}
          allowDeselect={false}
          disabled={disabled}
        />
      );
    case "hourly":
      return (
        <NumberInput
          label={texts.minute}
          min={0}
          max={59}
          value={pattern.minute}
          onChange={(minute) => onChange({ kind: "hourly", minute: Number(minute) || 0 })}
          disabled={disabled}
        />
      );
    case "daily":
      return (
        <TimeField
          time={pattern.time}
          disabled={disabled}
          onChange={(time) => onChange({ ...pattern, time })}
        />
      );
    case "weekly":
      return (
        <>
          <Weekdays
            days={pattern.days}
            disabled={disabled}
            onChange={(days) => onChange({ ...pattern, days })}
          />
          <TimeField
            time={pattern.time}
            disabled={disabled}
            onChange={(time) => onChange({ ...pattern, time })}
          />
        </>
      );
    case "monthly":
      return (
        <Group grow align="flex-start">
          <Select
            label={texts.day}
            data={[
              ...Array.from({ length: 31 }, (_, index) => String(index + 1)),
              { value: "last", label: texts.lastDay },
            ]}
            value={String(pattern.day)}
            onChange={(day) => onChange({ ...pattern, day: day === "last" ? "last" : Number(day) || 1 })}
            allowDeselect={false}
            disabled={disabled}
          />
          <TimeField
            time={pattern.time}
            disabled={disabled}
            onChange={(time) => onChange({ ...pattern, time })}
          />
        </Group>
      );
    default:
      return pattern satisfies never;
  }
}

type TimeFieldProps = { time: string; onChange: (time: string) => void; disabled: boolean };

function TimeField({ time, onChange, disabled }: TimeFieldProps) {
  return (
    <TextInput
      type="time"
      label={texts.time}
      value={time}
      onChange={({ currentTarget }) => currentTarget.value && onChange(currentTarget.value)}
      disabled={disabled}
    />
  );
}

type WeekdaysProps = { days: readonly number[]; onChange: (days: number[]) => void; disabled: boolean };

function Weekdays({ days, onChange, disabled }: WeekdaysProps) {
  const order = [1, 2, 3, 4, 5, 6, 0];
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {texts.days}
      </Text>
      <Chip.Group
        multiple
        value={days.map(String)}
        onChange={(chosen) => chosen.length > 0 && onChange(chosen.map(Number))}
      >
        <Group gap={6}>
          {order.map((day) => (
            <Chip
              key={day}
              value={String(day)}
              size="xs"
              disabled={disabled}
              aria-label={texts.weekdayNames[day] ?? ""}
            >
              {texts.weekdays[day]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}

/** A moment as `datetime-local` wants it: in this browser's zone, without one. */
function localInput(at: string | null): string {
  if (!at) return "";
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
