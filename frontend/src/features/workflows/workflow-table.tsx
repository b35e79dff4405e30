import { Badge, Group, Switch, Text } from "@mantine/core";
import { IconFolder } from "@tabler/icons-react";
import { workflowTexts as texts } from "@/features/workflows/texts";
import { useToggleWorkflow } from "@/features/workflows/toggle-workflow";
import { WorkflowMenu } from "@/features/workflows/workflow-menu";
import { WorkflowStatusBadge } from "@/features/workflows/workflow-status-badge";
import type { WorkflowSummary } from "@/shared/api/schemas";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { RelativeTime } from "@/shared/ui/relative-time";
import { TextLink } from "@/shared/ui/text-link";

type WorkflowTableProps = {
  workflows: readonly WorkflowSummary[];
  mayEdit: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
};

export function WorkflowTable({ workflows, mayEdit, chosen, onChoose }: WorkflowTableProps) {
  const choice = {
    chosen,
    onChange: onChoose,
    label: ({ name }: WorkflowSummary) => texts.bulk.choose(name),
    labelOfAll: texts.bulk.chooseAll,
  };
  return (
    <DataTable
      label={texts.table}
      rows={workflows}
      columns={columnsFor(mayEdit)}
      rowKey={({ id }) => id}
      choice={mayEdit ? choice : undefined}
      opens
    />
  );
}

function columnsFor(mayEdit: boolean): Column<WorkflowSummary>[] {
  return [
    { key: "name", title: texts.columns.name, cell: (workflow) => <NameCell workflow={workflow} /> },
    {
      key: "status",
      title: texts.columns.status,
      cell: (workflow) => <StatusCell workflow={workflow} />,
    },
    {
      key: "trigger",
      title: texts.columns.trigger,
      from: "md",
      cell: ({ trigger_type, schedule }) => <TriggerCell trigger={trigger_type} schedule={schedule} />,
    },
    {
      key: "updated",
      title: texts.columns.updated,
      from: "sm",
      cell: ({ updated_at }) => <RelativeTime value={updated_at} />,
    },
    {
      key: "active",
      title: texts.columns.active,
      from: "sm",
      cell: (workflow) => <ActiveSwitch workflow={workflow} disabled={!mayEdit} />,
    },
    {
      key: "actions",
      title: "",
      align: "right",
      cell: (workflow) => <WorkflowMenu workflow={workflow} mayEdit={mayEdit} />,
    },
  ];
}

function NameCell({ workflow: { slug, name, description, folder, tags } }: { workflow: WorkflowSummary }) {
  return (
    <>
      <TextLink to={`/workflows/${slug}`} strong>
        {name}
      </TextLink>
      {description ? (
        <Text size="xs" c="dimmed" lineClamp={1} maw={460}>
          {description}
        </Text>
      ) : null}
      {folder || tags.length ? (
        <Group gap={6} mt={4}>
          {folder ? (
            <Text span size="xs" c="dimmed">
              <IconFolder size={13} aria-hidden style={{ verticalAlign: "-2px" }} /> {folder}
            </Text>
          ) : null}
          {tags.map((tag) => (
            <Badge
              key={tag}
              size="sm"
              variant="light"
              color="gray"
              tt="none"
              fw={500}
              c="var(--sg-text-dimmed)"
            >
              {tag}
            </Badge>
          ))}
        </Group>
      ) : null}
    </>
  );
}

function StatusCell({ workflow: { status, published_version } }: { workflow: WorkflowSummary }) {
  return (
    <Group gap={6} wrap="nowrap">
      <WorkflowStatusBadge status={status} />
      {published_version ? (
        <Text span size="xs" c="dimmed" visibleFrom="xs">
          {texts.version(published_version)}
        </Text>
      ) : null}
    </Group>
  );
}

function TriggerCell({ trigger, schedule }: { trigger?: string | null; schedule?: string | null }) {
  const labels: Record<string, string> = texts.trigger;
  const label = trigger ? (labels[trigger.toLowerCase()] ?? trigger) : texts.trigger.manual;
  return (
    <>
      {label}
      {schedule ? (
        <Text size="xs" c="dimmed" ff="monospace">
          {schedule}
        </Text>
      ) : null}
    </>
  );
}

function ActiveSwitch({ workflow, disabled }: { workflow: WorkflowSummary; disabled: boolean }) {
  const toggle = useToggleWorkflow();
  const wanted = toggle.isPending ? !workflow.is_active : workflow.is_active;
  return (
    <Switch
      aria-label={texts.actions.active(workflow.name)}
      checked={wanted}
      disabled={disabled}
      onChange={() => toggle.mutate(workflow)}
    />
  );
}
