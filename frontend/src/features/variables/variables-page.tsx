import { ActionIcon, Button, Code, Group, Text } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash, IconVariable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { variableTexts as texts } from "@/features/variables/texts";
import type { Variable } from "@/features/variables/variable-queries";
import { showValue, useDeleteVariable, variableListQuery } from "@/features/variables/variable-queries";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EditModal } from "@/shared/ui/edit-modal";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";
import { useEditing } from "@/shared/ui/use-editing";

const VariableForm = later(
  async () => (await import("@/features/variables/variable-form")).VariableForm,
  () => true,
);

export function VariablesPage() {
  const variables = useQuery(variableListQuery);
  const mayManage = useMay("variable.manage");
  const editing = useEditing<Variable>();
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={editing.create}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={variables} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <VariableTable variables={results} mayManage={mayManage} onEdit={editing.edit} />
          ) : (
            <EmptyState
              icon={<IconVariable size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          )
        }
      </QueryView>
      <EditModal editing={editing} title={(variable) => (variable ? texts.edit(variable.key) : texts.create)}>
        {(variable) => <VariableForm variable={variable} onClose={editing.close} />}
      </EditModal>
    </PageFrame>
  );
}

type VariableTableProps = {
  variables: readonly Variable[];
  mayManage: boolean;
  onEdit: (variable: Variable) => void;
};

function VariableTable({ variables, mayManage, onEdit }: VariableTableProps) {
  const remove = useDeleteVariable();
  const actions: Column<Variable> = {
    key: "actions",
    title: "",
    align: "right",
    cell: (variable) => (
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <ActionIcon aria-label={texts.edit(variable.key)} onClick={() => onEdit(variable)}>
          <IconPencil size={18} />
        </ActionIcon>
        <ActionIcon aria-label={texts.remove.of(variable.key)} onClick={() => void remove(variable)}>
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
    ),
  };
  const columns = mayManage ? [...COLUMNS, actions] : COLUMNS;
  return <DataTable label={texts.table} rows={variables} columns={columns} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<Variable>[] = [
  {
    key: "key",
    title: texts.columns.key,
    cell: ({ key, description }) => (
      <>
        <Text size="sm" fw={550} ff="monospace">
          {key}
        </Text>
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </>
    ),
  },
  {
    key: "value",
    title: texts.columns.value,
    cell: ({ value }) => <Code style={{ overflowWrap: "anywhere" }}>{showValue(value).slice(0, 80)}</Code>,
  },
  {
    key: "users",
    title: texts.columns.users,
    from: "md",
    cell: ({ used_by }) => used_by.map(({ name }) => name).join(", ") || "–",
  },
  {
    key: "updated",
    title: texts.columns.updated,
    from: "sm",
    cell: ({ updated_at }) => <RelativeTime value={updated_at} />,
  },
];
