import { Alert, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { CommandBlock } from "@/shared/ui/command-block";

type ShownOnceProps = {
  /** What it is: “API key”. */
  label: string;
  value: string;
  warning: string;
};

/** A secret that the server tells only once. */
export function ShownOnce({ label, value, warning }: ShownOnceProps) {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={550}>
        {label}
      </Text>
      <CommandBlock label={label} value={value} />
      <Alert color="yellow" variant="light" p="xs" icon={<IconKey size={16} aria-hidden />}>
        {warning}
      </Alert>
    </Stack>
  );
}
