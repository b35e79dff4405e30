import { Text } from "@mantine/core";
import { IconAlertTriangle, IconFlame } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { insightsTexts } from "@/features/insights/texts";
import type { Alert } from "@/shared/api/insights-queries";
import { insightAlertsQuery } from "@/shared/api/insights-queries";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { StatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";

const texts = insightsTexts.alerts;

/** What thresholds have found, the newest first. */
export function Alerts() {
  const alerts = useQuery(insightAlertsQuery);
  return (
    <PageSection title={texts.title}>
      <QueryView query={alerts} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <DataTable label={texts.title} rows={results} columns={COLUMNS} rowKey={({ id }) => id} />
          ) : (
            <Text c="dimmed" size="sm">
              {texts.none}
            </Text>
          )
        }
      </QueryView>
    </PageSection>
  );
}

const COLUMNS: readonly Column<Alert>[] = [
  {
    key: "level",
    title: texts.columns.level,
    cell: ({ level }) =>
      level === "critical" ? (
        <StatusBadge tone="danger" icon={IconFlame} label={texts.levels.critical} />
      ) : (
        <StatusBadge tone="warning" icon={IconAlertTriangle} label={texts.levels.warning} />
      ),
  },
  {
    key: "message",
    title: insightsTexts.columns.message,
    cell: ({ message, job, is_open }) => (
      <>
        {job ? <TextLink to={`/jobs/${job}`}>{message}</TextLink> : <Text size="sm">{message}</Text>}
        {is_open ? (
          <Text span size="xs" c="dimmed" ml={8}>
            {texts.open}
          </Text>
        ) : null}
      </>
    ),
  },
  {
    key: "at",
    title: texts.columns.at,
    align: "right",
    from: "sm",
    cell: ({ created_at }) => <RelativeTime value={created_at} />,
  },
];
