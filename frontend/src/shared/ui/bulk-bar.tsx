import { CloseButton, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";

type BulkBarProps = {
  label: string;
  /** “3 chosen”; nothing is shown while none is. */
  count: number;
  text: string;
  clear: string;
  onClear: () => void;
  children: ReactNode;
};

/** What can be done with all that is chosen in a list. */
export function BulkBar({ label, count, text, clear, onClear, children }: BulkBarProps) {
  return (
    <div aria-live="polite">
      {count > 0 ? (
        <Paper component="section" aria-label={label} px="md" py={8} mb="sm" bg="var(--sg-accent-soft)">
          <Group gap="sm">
            <Text size="sm" fw={600}>
              {text}
            </Text>
            {children}
            <CloseButton aria-label={clear} onClick={onClear} ml="auto" />
          </Group>
        </Paper>
      ) : null}
    </div>
  );
}
