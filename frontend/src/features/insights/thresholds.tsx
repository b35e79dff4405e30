import { ActionIcon, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { limit } from "@/features/insights/format";
import { insightsTexts } from "@/features/insights/texts";
import { useRemoveThreshold } from "@/features/insights/threshold-changes";
import type { Threshold } from "@/shared/api/insights-queries";
import { thresholdsQuery } from "@/shared/api/insights-queries";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { later } from "@/shared/ui/later";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";

const texts = insightsTexts.thresholds;

const ThresholdDialog = later(
  async () => (await import("@/features/insights/threshold-dialog")).ThresholdDialog,
  ({ opened }) => opened,
);

/** The limits whose passing raises an alert. */
export function Thresholds() {
  const thresholds = useQuery(thresholdsQuery);
  const mayEdit = useMay("workflow.edit");
  const remove = useRemoveThreshold();
  const [adding, dialog] = useDisclosure(false);
  const actions: Column<Threshold> = {
    key: "actions",
    title: "",
    align: "right",
    cell: (threshold) => (
      <ActionIcon
        aria-label={texts.remove(threshold.workflow ?? texts.all)}
        onClick={() => remove.mutate(threshold.id)}
      >
        <IconTrash size={18} />
      </ActionIcon>
    ),
  };
  return (
    <PageSection
      title={texts.title}
      description={texts.description}
      actions={
        mayEdit ? (
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={dialog.open}>
            {texts.add}
          </Button>
        ) : null
      }
    >
      <QueryView query={thresholds} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <DataTable
              label={texts.title}
              rows={results}
              columns={mayEdit ? [...COLUMNS, actions] : COLUMNS}
              rowKey={({ id }) => id}
            />
          ) : (
            <Text c="dimmed" size="sm">
              {texts.none}
            </Text>
          )
        }
      </QueryView>
      <ThresholdDialog opened={adding} onClose={dialog.close} />
    </PageSection>
  );
}

const COLUMNS: readonly Column<Threshold>[] = [
  {
    key: "of",
    title: texts.columns.of,
    cell: ({ workflow, step }) => [workflow ?? texts.all, step].filter(Boolean).join(" · "),
  },
  {
    key: "measure",
    title: texts.columns.measure,
    from: "sm",
    cell: ({ measure }) => texts.measures[measure],
  },
  {
    key: "warning",
    title: texts.columns.warning,
    align: "right",
    cell: ({ warning, measure }) => limit(warning, measure),
  },
  {
    key: "critical",
    title: texts.columns.critical,
    align: "right",
    cell: ({ critical, measure }) => limit(critical, measure),
  },
];
