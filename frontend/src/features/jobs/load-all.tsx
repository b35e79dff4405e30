import { Button, Group, Text } from "@mantine/core";
import { jobTexts } from "@/features/jobs/texts";

type LoadAllProps = { message: string; loading: boolean; error: Error | null; onLoad: () => void };

/** Says that something is cut, and loads the rest of it. */
export function LoadAll({ message, loading, error, onLoad }: LoadAllProps) {
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed">
        {message}
      </Text>
      <Button size="compact-xs" variant="light" loading={loading} onClick={onLoad}>
        {jobTexts.step.loadAll}
      </Button>
      {error ? (
        <Text size="sm" c="red" role="alert">
          {jobTexts.step.loadFailed}: {error.message}
        </Text>
      ) : null}
    </Group>
  );
}
