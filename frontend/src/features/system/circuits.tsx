import { Button, Text } from "@mantine/core";
import { IconCircleCheck, IconFlask, IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Circuit } from "@/features/system/system-queries";
import { circuitsQuery, useResetCircuit } from "@/features/system/system-queries";
import { systemTexts } from "@/features/system/texts";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { StatusBadge } from "@/shared/ui/status-badge";

const texts = systemTexts.circuits;
const LOOKS = {
  closed: { tone: "success", icon: IconCircleCheck },
  open: { tone: "danger", icon: IconPlugConnectedX },
  half_open: { tone: "warning", icon: IconFlask },
} as const;

/** Targets that are left alone because they kept failing. */
export function Circuits() {
  const circuits = useQuery(circuitsQuery);
  const mayReset = useMay("organization.manage");
  return (
    <PageSection title={texts.title} description={texts.description}>
      <QueryView query={circuits} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <DataTable
              label={texts.title}
              rows={results}
              columns={mayReset ? [...COLUMNS, RESET] : COLUMNS}
              rowKey={({ id }) => id}
            />
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

const COLUMNS: readonly Column<Circuit>[] = [
  {
    key: "target",
    title: texts.columns.target,
    cell: ({ label, key }) => (
      <>
        <Text size="sm" fw={550}>
          {label}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  {
    key: "state",
    title: texts.columns.state,
    cell: ({ state, failures, threshold }) => (
      <>
        <StatusBadge {...LOOKS[state]} label={texts.states[state]} />
        {state === "closed" && failures ? (
          <Text size="xs" c="dimmed">
            {texts.failures(failures, threshold)}
          </Text>
        ) : null}
      </>
    ),
  },
  {
    key: "error",
    title: texts.columns.error,
    from: "sm",
    cell: ({ last_error }) => (
      <Text size="sm" c="dimmed" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
        {last_error}
      </Text>
    ),
  },
  {
    key: "next",
    title: texts.columns.next,
    from: "md",
    cell: ({ next_trial_at }) => <RelativeTime value={next_trial_at} fallback="–" />,
  },
];

const RESET: Column<Circuit> = {
  key: "reset",
  title: "",
  align: "right",
  cell: (circuit) => (circuit.state === "closed" ? null : <ResetButton circuit={circuit} />),
};

function ResetButton({ circuit: { id, label } }: { circuit: Circuit }) {
  const reset = useResetCircuit();
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={texts.resetOf(label)}
      loading={reset.isPending}
      onClick={() => reset.mutate(id)}
    >
      {texts.reset}
    </Button>
  );
}
