import { ActionIcon, Button } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Policy } from "@/features/settings/settings-queries";
import { retentionQuery } from "@/features/settings/settings-queries";
import { settingsTexts } from "@/features/settings/texts";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { PageSection } from "@/shared/ui/page-section";
import { QueryView } from "@/shared/ui/query-view";
import { useEditing } from "@/shared/ui/use-editing";

const RetentionForm = later(
  async () => (await import("@/features/settings/retention-form")).RetentionForm,
  () => true,
);

const texts = settingsTexts.retention;

/** How much of the past is kept, of all workflows and of single ones. */
export function RetentionSection({ mayManage }: { mayManage: boolean }) {
  const policies = useQuery(retentionQuery);
  const editing = useEditing<Policy>();
  const actions: Column<Policy> = {
    key: "actions",
    title: "",
    align: "right",
    cell: (policy) => (
      <ActionIcon aria-label={texts.edit(nameOf(policy))} onClick={() => editing.edit(policy)}>
        <IconPencil size={18} />
      </ActionIcon>
    ),
  };
  const addButton = mayManage ? (
    <Button variant="light" size="xs" leftSection={<IconPlus size={16} />} onClick={editing.create}>
      {texts.add}
    </Button>
  ) : null;
  return (
    <PageSection title={texts.title} description={texts.hint} actions={addButton}>
      <QueryView query={policies} failed={texts.loadFailed}>
        {(rows) => (
          <DataTable
            label={texts.table}
            rows={rows}
            columns={mayManage ? [...COLUMNS, actions] : COLUMNS}
            rowKey={({ workflow }) => workflow ?? ""}
          />
        )}
      </QueryView>
      <EditModal editing={editing} title={(policy) => (policy ? texts.edit(nameOf(policy)) : texts.add)}>
        {(policy) => <RetentionForm policy={policy} onClose={editing.close} />}
      </EditModal>
    </PageSection>
  );
}

function limits(key: "days" | "jobs" | "megabytes"): Column<Policy> {
  return { key, title: texts.columns[key], align: "right", cell: (policy) => limitOf(policy, key) };
}

const COLUMNS: readonly Column<Policy>[] = [
  { key: "of", title: texts.columns.of, cell: nameOf },
  limits("days"),
  limits("jobs"),
  { ...limits("megabytes"), from: "sm" },
];

function nameOf({ workflow }: Policy): string {
  return workflow ?? texts.all;
}

function limitOf(policy: Policy, key: "days" | "jobs" | "megabytes"): string {
  const limit = policy[key];
  if (limit !== null) return limit === 0 ? texts.unlimited : limit.toLocaleString();
  if (policy.workflow !== null) return texts.as;
  return key === "days" ? texts.asInstallation : texts.unlimited;
}
