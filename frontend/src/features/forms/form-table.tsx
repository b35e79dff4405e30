import { ActionIcon, Badge, Group, Menu, Switch, Text } from "@mantine/core";
import { IconDots, IconExternalLink, IconPencil, IconRefresh, IconTrash } from "@tabler/icons-react";
import type { Form } from "@/features/forms/form-queries";
import { useChangeForm, useToggleForm } from "@/features/forms/form-queries";
import { formTexts as texts } from "@/features/forms/texts";
import { CopyButton } from "@/shared/ui/copy-button";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { TextLink } from "@/shared/ui/text-link";

type FormTableProps = { forms: readonly Form[]; mayManage: boolean; onEdit: (form: Form) => void };

export function FormTable({ forms, mayManage, onEdit }: FormTableProps) {
  const columns: Column<Form>[] = [
    ...READ_COLUMNS,
    {
      key: "active",
      title: texts.columns.active,
      from: "sm",
      cell: (form) => <ActiveSwitch form={form} disabled={!mayManage} />,
    },
    {
      key: "actions",
      title: "",
      align: "right",
      cell: (form) => <FormMenu form={form} mayManage={mayManage} onEdit={onEdit} />,
    },
  ];
  return <DataTable label={texts.table} rows={forms} columns={columns} rowKey={({ id }) => id} />;
}

const READ_COLUMNS: readonly Column<Form>[] = [
  { key: "form", title: texts.columns.form, cell: (form) => <FormCell form={form} /> },
  {
    key: "workflow",
    title: texts.columns.workflow,
    from: "sm",
    cell: ({ workflow_slug, workflow_name }) => (
      <TextLink to={`/workflows/${workflow_slug}`}>{workflow_name}</TextLink>
    ),
  },
  { key: "access", title: texts.columns.access, from: "md", cell: ({ access }) => texts.access[access] },
  { key: "respond", title: texts.columns.respond, from: "md", cell: ({ respond }) => texts.respond[respond] },
];

function FormCell({ form }: { form: Form }) {
  return (
    <>
      <Group gap={6}>
        <Text size="sm" fw={600}>
          {nameOf(form)}
        </Text>
        {form.workflow_is_published ? null : (
          <Badge color="yellow" variant="light" title={texts.unpublished}>
            closed
          </Badge>
        )}
      </Group>
      {form.url ? (
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" ff="monospace" maw={{ base: "40vw", sm: 300 }} truncate>
            {form.url}
          </Text>
          <CopyButton value={form.url} label={texts.actions.copyUrl} />
        </Group>
      ) : null}
    </>
  );
}

function ActiveSwitch({ form, disabled }: { form: Form; disabled: boolean }) {
  const toggle = useToggleForm();
  return (
    <Switch
      aria-label={texts.actions.active(nameOf(form))}
      checked={toggle.isPending ? !form.is_active : form.is_active}
      disabled={disabled}
      onChange={() => toggle.mutate(form)}
    />
  );
}

type FormMenuProps = { form: Form; mayManage: boolean; onEdit: (form: Form) => void };

function FormMenu({ form, mayManage, onEdit }: FormMenuProps) {
  const change = useChangeForm();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label={texts.actions.menu(nameOf(form))}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {form.url ? (
          <Menu.Item
            component="a"
            href={form.url}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={16} />}
          >
            {texts.actions.open}
          </Menu.Item>
        ) : null}
        {mayManage ? (
          <>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onEdit(form)}>
              {texts.actions.edit}
            </Menu.Item>
            <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => void change(form.id, "rotate")}>
              {texts.actions.rotate}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => void change(form.id, "delete")}
            >
              {texts.actions.delete}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function nameOf({ title, workflow_name }: Form): string {
  return title || workflow_name;
}
