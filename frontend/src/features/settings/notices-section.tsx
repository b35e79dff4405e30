import { Badge, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Notice } from "@/features/settings/settings-queries";
import { NOTICES_PAGE, noticesQuery } from "@/features/settings/settings-queries";
import { settingsTexts } from "@/features/settings/texts";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { PageSection } from "@/shared/ui/page-section";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";

const texts = settingsTexts.notices;
const COLORS = { sent: "green", waiting: "gray", failed: "red" } as const;

/** What the organisation was told lately, and what did not arrive. */
export function NoticesSection() {
  const [page, setPage] = useState(1);
  const notices = useQuery({ ...noticesQuery(page), placeholderData: keepPreviousData });
  return (
    <PageSection title={texts.title} description={texts.hint}>
      <QueryView query={notices} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <Text size="sm" c="dimmed">
              {texts.none}
            </Text>
          ) : (
            <Stack>
              <DataTable label={texts.table} rows={results} columns={COLUMNS} rowKey={({ id }) => id} />
              <Pager count={count} size={NOTICES_PAGE} page={page} onChange={setPage} />
            </Stack>
          )
        }
      </QueryView>
    </PageSection>
  );
}

const COLUMNS: readonly Column<Notice>[] = [
  {
    key: "subject",
    title: texts.columns.subject,
    cell: ({ subject, error }) => (
      <>
        <Text size="sm">{subject}</Text>
        {error ? (
          <Text size="xs" c="var(--sg-danger)" style={{ overflowWrap: "anywhere" }}>
            {error}
          </Text>
        ) : null}
      </>
    ),
  },
  {
    key: "channel",
    title: texts.columns.channel,
    from: "sm",
    cell: ({ channel, to }) => [channel ?? texts.ownMail, to.join(", ")].filter(Boolean).join(": "),
  },
  {
    key: "status",
    title: texts.columns.status,
    cell: ({ status, attempts }) => (
      <Badge size="sm" variant="light" color={COLORS[status]} title={texts.tries(attempts)}>
        {texts.status[status]}
      </Badge>
    ),
  },
  {
    key: "at",
    title: texts.columns.at,
    from: "sm",
    cell: ({ created_at }) => <RelativeTime value={created_at} />,
  },
];
