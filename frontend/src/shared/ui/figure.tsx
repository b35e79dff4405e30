import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";

type FigureProps = { label: string; value: ReactNode; detail?: ReactNode };

/** One number with its name. */
export function Figure({ label, value, detail }: FigureProps) {
  return (
    <Paper component="section" p="md" aria-label={label} bg="var(--sg-surface)">
      <Text size="xs" c="dimmed" fw={550}>
        {label}
      </Text>
      <Text component="div" fz={24} fw={600} mt={2} className="sg-numeric">
        {value}
      </Text>
      {detail ? (
        <Text component="div" size="xs" c="dimmed" mt={2}>
          {detail}
        </Text>
      ) : null}
    </Paper>
  );
}
