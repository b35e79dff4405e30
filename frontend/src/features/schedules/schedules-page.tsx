import { Button, Tabs } from "@mantine/core";
import { IconCalendarTime, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ScheduleNotices } from "@/features/schedules/schedule-notices";
import { scheduleListQuery } from "@/features/schedules/schedule-queries";
import type { Schedule } from "@/features/schedules/schedule-schema";
import { ScheduleSettings } from "@/features/schedules/schedule-settings";
import { ScheduleTable } from "@/features/schedules/schedule-table";
import { scheduleTexts as texts } from "@/features/schedules/texts";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

const BackFillDialog = later(
  async () => (await import("@/features/schedules/back-fill-dialog")).BackFillDialog,
  ({ schedule }) => schedule !== null,
);
const HistoryDrawer = later(
  async () => (await import("@/features/schedules/history-drawer")).HistoryDrawer,
  ({ schedule }) => schedule !== null,
);
const ScheduleDialog = later(
  async () => (await import("@/features/schedules/schedule-dialog")).ScheduleDialog,
  ({ opened }) => opened,
);
const ScheduleCalendar = later(
  async () => (await import("@/features/schedules/schedule-calendar")).ScheduleCalendar,
  () => true,
);

const PAGE_SIZE = 50;
const FILTERS = ["page", "view"] as const;

type Open = { kind: "form" | "history" | "back-fill"; schedule: Schedule | null } | null;

export function SchedulesPage() {
  const filters = useUrlFilters(FILTERS);
  const mayManage = useMay("schedule.manage");
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: "form", schedule: null })}>
      {texts.create}
    </Button>
  ) : null;
  const actions = mayManage ? (
    <>
      <ScheduleSettings />
      {createButton}
    </>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={actions}>
      <ScheduleNotices mayManage={mayManage} />
      <Tabs
        value={filters.value("view") === "calendar" ? "calendar" : "list"}
        onChange={(view) => filters.set("view", view === "calendar" ? "calendar" : "")}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="list">{texts.tabs.list}</Tabs.Tab>
          <Tabs.Tab value="calendar">{texts.tabs.calendar}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="list">
          <ScheduleList mayManage={mayManage} createButton={createButton} onOpen={setOpen} />
        </Tabs.Panel>
        <Tabs.Panel value="calendar">
          <ScheduleCalendar />
        </Tabs.Panel>
      </Tabs>
      <ScheduleDialog opened={open?.kind === "form"} schedule={open?.schedule ?? null} onClose={close} />
      <BackFillDialog schedule={open?.kind === "back-fill" ? open.schedule : null} onClose={close} />
      <HistoryDrawer schedule={open?.kind === "history" ? open.schedule : null} onClose={close} />
    </PageFrame>
  );
}

type ScheduleListProps = { mayManage: boolean; createButton: React.ReactNode; onOpen: (open: Open) => void };

function ScheduleList({ mayManage, createButton, onOpen }: ScheduleListProps) {
  const filters = useUrlFilters(FILTERS);
  const schedules = useQuery({
    ...scheduleListQuery({ limit: PAGE_SIZE, offset: (filters.page - 1) * PAGE_SIZE }),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryView query={schedules} failed={texts.loadFailed}>
      {({ results, count }) =>
        count === 0 ? (
          <EmptyState
            icon={<IconCalendarTime size={28} />}
            title={texts.empty.title}
            description={texts.empty.description}
            actions={createButton}
          />
        ) : (
          <>
            <ScheduleTable
              schedules={results}
              mayManage={mayManage}
              onEdit={(schedule) => onOpen({ kind: "form", schedule })}
              onHistory={(schedule) => onOpen({ kind: "history", schedule })}
              onBackFill={(schedule) => onOpen({ kind: "back-fill", schedule })}
            />
            <Pager
              count={count}
              size={PAGE_SIZE}
              page={filters.page}
              onChange={(page) => filters.set("page", String(page))}
            />
          </>
        )
      }
    </QueryView>
  );
}
