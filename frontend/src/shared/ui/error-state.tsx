import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { ApiError } from "@/shared/api/errors";
import { ProblemList } from "@/shared/ui/problem-list";
import { uiTexts } from "@/shared/ui/texts";

type ErrorStateProps = {
  error: unknown;
  /** What did not work, such as “The jobs could not be loaded”. */
  title?: string;
  onRetry?: () => void;
};

/** An error that explains: what happened, every problem with its cure, and a button to try again. */
export function ErrorState({ error, title = uiTexts.errorTitle, onRetry }: ErrorStateProps) {
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />} title={title}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{messageOf(error)}</Text>
        {error instanceof ApiError ? <ProblemList problems={error.problems} /> : null}
        {onRetry ? (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            {uiTexts.retry}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** What an error says to a person. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
