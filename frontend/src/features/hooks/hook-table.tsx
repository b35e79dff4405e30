import { Badge, Group, Switch, Text } from "@mantine/core";
import type { Hook } from "@/features/hooks/hook-queries";
import { useDeleteHook, useToggleHook } from "@/features/hooks/hook-queries";
import { hookTexts as texts } from "@/features/hooks/texts";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RowActions } from "@/shared/ui/row-actions";
import { TextLink } from "@/shared/ui/text-link";

type HookTableProps = { hooks: readonly Hook[]; mayManage: boolean; onEdit: (hook: Hook) => void };

export function HookTable({ hooks, mayManage, onEdit }: HookTableProps) {
  const active: Column<Hook> = {
    key: "active",
    title: texts.columns.active,
    cell: (hook) => <ActiveSwitch hook={hook} disabled={!mayManage} />,
  };
  const actions: Column<Hook> = {
    key: "actions",
    title: "",
    align: "right",
    cell: (hook) => <Actions hook={hook} onEdit={onEdit} />,
  };
  const columns = [...COLUMNS, active, ...(mayManage ? [actions] : [])];
  return <DataTable label={texts.table} rows={hooks} columns={columns} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<Hook>[] = [
  {
    key: "name",
    title: texts.columns.name,
    cell: (hook) => (
      <>
        <Text size="sm" fw={550}>
          {hook.name}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {detailOf(hook)}
        </Text>
      </>
    ),
  },
  { key: "moment", title: texts.columns.moment, from: "sm", cell: ({ moment }) => texts.moments[moment] },
  {
    key: "action",
    title: texts.columns.action,
    from: "md",
    cell: ({ action, blocking }) => (
      <Group gap={6}>
        {texts.actions[action]}
        {blocking ? (
          <Badge size="sm" variant="light" color="yellow">
            {texts.blocking}
          </Badge>
        ) : null}
      </Group>
    ),
  },
  { key: "scope", title: texts.columns.scope, from: "sm", cell: (hook) => <Scope hook={hook} /> },
];

/** In one line, what it is set to do. */
function detailOf({ action, config }: Hook): string {
  switch (action) {
    case "http":
      return String(config.url ?? "");
    case "workflow":
      return String(config.workflow ?? "");
    case "expression": {
      const names = Object.keys(typeof config.values === "object" ? (config.values ?? {}) : {}).join(", ");
      return [names && texts.names(names), config.deny_when ? texts.refuses : ""].filter(Boolean).join(" · ");
    }
    default:
      return action satisfies never;
  }
}

function Scope({ hook: { workflow, steps, step_types, error_types } }: { hook: Hook }) {
  const only = [
    [texts.some.steps, steps],
    [texts.some.step_types, step_types],
    [texts.some.error_types, error_types],
  ] as const;
  const limits = only
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${names.join(", ")}`);
  return (
    <>
      {workflow ? <TextLink to={`/workflows/${workflow}`}>{workflow}</TextLink> : texts.everywhere}
      {limits.length ? (
        <Text size="xs" c="dimmed">
          {limits.join(" · ")}
        </Text>
      ) : null}
    </>
  );
}

function ActiveSwitch({ hook, disabled }: { hook: Hook; disabled: boolean }) {
  const toggle = useToggleHook();
  return (
    <Switch
      aria-label={texts.active(hook.name)}
      checked={toggle.isPending ? !hook.is_active : hook.is_active}
      disabled={disabled}
      onChange={() => toggle.mutate(hook)}
    />
  );
}

function Actions({ hook, onEdit }: { hook: Hook; onEdit: (hook: Hook) => void }) {
  const remove = useDeleteHook();
  return (
    <RowActions
      editLabel={texts.edit(hook.name)}
      removeLabel={texts.remove.of(hook.name)}
      onEdit={() => onEdit(hook)}
      onRemove={() => void remove(hook)}
    />
  );
}
