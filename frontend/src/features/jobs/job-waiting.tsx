import { Alert, Button, Group, List, Text } from "@mantine/core";
import { IconClockHour4 } from "@tabler/icons-react";
import { RESOLUTIONS, useResolveStep } from "@/features/jobs/control-job";
import { jobTexts } from "@/features/jobs/texts";
import type { Job, WaitingStep } from "@/shared/api/schemas";
import { formatAbsolute } from "@/shared/lib/time";
import { useMay } from "@/shared/session/use-session";

/** Everything that a job waits for, and the decisions that it asks for. */
export function JobWaiting({ job }: { job: Job }) {
  return (
    <Alert color="yellow" icon={<IconClockHour4 aria-hidden />} title={jobTexts.page.waiting}>
      <List size="sm" spacing={6}>
        {job.waiting.map((waiting) => (
          <List.Item key={waiting.path ?? ""}>
            {waiting.reason}
            <Text span size="xs" c="dimmed" ml={8}>
              {[placeOf(waiting, job.steps), waiting.until ? formatAbsolute(new Date(waiting.until)) : null]
                .filter(Boolean)
                .join(" · ")}
            </Text>
            {waiting.signal === "attention" ? <Decisions id={job.id} waiting={waiting} /> : null}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** The step by name; in a loop its path, which tells the iteration. */
function placeOf({ step, path }: WaitingStep, steps: Job["steps"]): string | null {
  const name = steps.find(({ id }) => id === step)?.name ?? step ?? null;
  return path && path !== step ? [name, path].filter(Boolean).join(" · ") : name;
}

function Decisions({ id, waiting: { path } }: { id: string; waiting: WaitingStep }) {
  const resolve = useResolveStep(id);
  if (!useMay("job.control") || !path) return null;
  return (
    <Group gap="xs" mt={6}>
      {RESOLUTIONS.map((action) => (
        <Button
          key={action}
          size="compact-xs"
          variant="default"
          loading={resolve.isPending}
          onClick={() => resolve.mutate({ path, action })}
        >
          {jobTexts.resolve[action]}
        </Button>
      ))}
    </Group>
  );
}
