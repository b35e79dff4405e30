import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useChangePolicy, useDismissAlert } from "@/features/schedules/schedule-changes";
import { alertsQuery, policyQuery } from "@/features/schedules/schedule-queries";
import type { ScheduleAlert } from "@/features/schedules/schedule-schema";
import { scheduleTexts as texts } from "@/features/schedules/texts";
import { formatAbsolute } from "@/shared/lib/time";

/** That everything rests, and what was late or missed: above the list until somebody has seen it. */
export function ScheduleNotices({ mayManage }: { mayManage: boolean }) {
  const alerts = useQuery(alertsQuery);
  const policy = useQuery(policyQuery);
  const change = useChangePolicy();
  const found = alerts.data?.results ?? [];
  if (!policy.data?.paused && found.length === 0) return null;
  return (
    <Stack gap="sm" mb="md">
      {policy.data?.paused ? (
        <Alert color="yellow" icon={<IconPlayerPause size={18} aria-hidden />} title={texts.paused.title}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">{texts.paused.text}</Text>
            {mayManage ? (
              <Button size="xs" loading={change.isPending} onClick={() => change.mutate({ paused: false })}>
                {texts.paused.resume}
              </Button>
            ) : null}
          </Group>
        </Alert>
      ) : null}
      {found.map((alert) => (
        <Notice key={alert.id} alert={alert} mayManage={mayManage} />
      ))}
    </Stack>
  );
}

function Notice({ alert, mayManage }: { alert: ScheduleAlert; mayManage: boolean }) {
  const dismiss = useDismissAlert();
  const { kind, count, workflow_name, first_due_at, last_due_at } = alert;
  const title = `${texts.alerts[kind](count)} ${texts.alerts.of(workflow_name)}`;
  return (
    <Alert
      color={kind === "late" ? "yellow" : "red"}
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={title}
    >
      <Group justify="space-between" gap="sm" align="flex-end">
        <div>
          <Text size="sm">{alert.detail}</Text>
          <Text size="xs" c="dimmed">
            {formatAbsolute(new Date(first_due_at))}
            {first_due_at === last_due_at ? "" : ` – ${formatAbsolute(new Date(last_due_at))}`}
          </Text>
        </div>
        {mayManage ? (
          <Button
            size="xs"
            variant="default"
            loading={dismiss.isPending}
            onClick={() => dismiss.mutate(alert.id)}
          >
            {texts.alerts.dismiss}
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
}
