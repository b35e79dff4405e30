import { Code, Text } from "@mantine/core";
import { IconVariable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { variableTexts as texts } from "@/features/variables/texts";
import type { Variable } from "@/features/variables/variable-queries";
import { showValue, useDeleteVariable, variableListQuery } from "@/features/variables/variable-queries";
import { useMay } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";
import { RelativeTime } from "@/shared/ui/relative-time";
import { RowActions } from "@/shared/ui/row-actions";
import { useEditing } from "@/shared/ui/use-editing";

const VariableForm = later(
  async () => (await import("@/features/variables/variable-form")).VariableForm,
  () => true,
);

export function VariablesPage() {
  const mayManage = useMay("variable.manage");
  const editing = useEditing<Variable>();
  return (
    <ListPage
      texts={texts}
      icon={IconVariable}
      query={useQuery(variableListQuery)}
      onCreate={mayManage ? editing.create : undefined}
      table={(variables) => (
        <VariableTable variables={variables} mayManage={mayManage} onEdit={editing.edit} />
      )}
    >
      <EditModal editing={editing} title={(variable) => (variable ? texts.edit(variable.key) : texts.create)}>
        {(variable) => <VariableForm variable={variable} onClose={editing.close} />}
      </EditModal>
    </ListPage>
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
      <RowActions
        editLabel={texts.edit(variable.key)}
        removeLabel={texts.remove.of(variable.key)}
        onEdit={() => onEdit(variable)}
        onRemove={() => void remove(variable)}
      />
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
