import {
  ActionIcon,
  Group,
  MultiSelect,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import {
  IconCalendarTime,
  IconForms,
  IconHierarchy2,
  IconInbox,
  IconTrash,
  IconWebhook,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Trigger } from "@/features/editor/model/definition";
import { withoutTrigger, withTriggerFields } from "@/features/editor/model/edit-triggers";
import { webhookOf } from "@/features/editor/model/webhook-rows";
import { InputField } from "@/features/editor/panel/input-field";
import { MailboxFields } from "@/features/editor/panel/mailbox-fields";
import classes from "@/features/editor/panel/panel.module.css";
import { WebhookAddress } from "@/features/editor/panel/webhook-address";
import { WebhookSecret } from "@/features/editor/panel/webhook-secret";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  selectCanEdit,
  selectDefinition,
  selectEdit,
  selectWebhooks,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { WEBHOOK_AUTHS, WEBHOOK_METHODS } from "@/shared/api/schemas";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import type { Timing } from "@/shared/schedule/timing";
import { TimingFields } from "@/shared/schedule/timing-fields";
import { TimingPreview } from "@/shared/schedule/timing-preview";

const words = texts.triggers;
const ICONS: Record<string, typeof IconWebhook> = {
  schedule: IconCalendarTime,
  form: IconForms,
  workflow: IconHierarchy2,
  mailbox: IconInbox,
};

/** One trigger of the document, with all that can be said about it. */
export function TriggerCard({ trigger }: { trigger: Trigger }) {
  const definition = useEditor(selectDefinition);
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  const id = trigger.id ?? "";
  const change = (fields: Record<string, unknown>) =>
    edit(
      { kind: "update_triggers", triggers: withTriggerFields(definition, { id, fields }) },
      { coalesceKey: `trigger.${id}` },
    );
  const remove = () => edit({ kind: "update_triggers", triggers: withoutTrigger(definition, id) });
  const Icon = ICONS[trigger.type] ?? IconWebhook;
  const label = words.types[trigger.type] ?? trigger.type;
  return (
    <section className={classes.webhook} aria-label={words.card(label, id)}>
      <Group gap={8} mb={8} wrap="nowrap">
        <Icon size={18} stroke={1.8} aria-hidden />
        <Text size="sm" fw={600} flex={1} truncate>
          {label}
          <Text span size="xs" c="dimmed" ml={6}>
            {id}
          </Text>
        </Text>
        <Switch
          size="xs"
          aria-label={words.active(id)}
          checked={trigger.is_active !== false}
          disabled={!canEdit}
          onChange={({ currentTarget }) => change({ is_active: currentTarget.checked ? undefined : false })}
        />
        <ActionIcon aria-label={words.remove(id)} disabled={!canEdit} onClick={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      <Stack gap="sm">
        <TriggerFields trigger={trigger} disabled={!canEdit} onChange={change} />
      </Stack>
    </section>
  );
}

type FieldsProps = {
  trigger: Trigger;
  disabled: boolean;
  onChange: (fields: Record<string, unknown>) => void;
};

function TriggerFields(props: FieldsProps) {
  switch (props.trigger.type) {
    case "schedule":
      return <ScheduleFields {...props} />;
    case "form":
      return <FormFields {...props} />;
    case "mailbox":
      return <MailboxFields {...props} />;
    case "workflow":
      return <FollowFields {...props} />;
    default:
      return <WebhookFields {...props} />;
  }
}

function ScheduleFields({ trigger, disabled, onChange }: FieldsProps) {
  const timing: Timing = {
    cron: text(trigger.cron),
    every_seconds: typeof trigger.every_seconds === "number" ? trigger.every_seconds : null,
    at: text(trigger.at),
    timezone: text(trigger.timezone) ?? "UTC",
  };
  const save = ({ cron, every_seconds, at, timezone }: Timing) =>
    onChange({
      kind: undefined,
      cron: cron ?? undefined,
      every_seconds: every_seconds ?? undefined,
      at: at ?? undefined,
      timezone,
    });
  return (
    <>
      <TimingFields value={timing} onChange={save} disabled={disabled} />
      <TimingPreview timing={timing} />
      <Select
        label={words.overlap}
        data={choices(words.overlaps)}
        value={text(trigger.overlap) ?? "queue"}
        onChange={(overlap) => onChange({ overlap })}
        allowDeselect={false}
        disabled={disabled}
      />
      <Select
        label={words.catchUp}
        data={choices(words.catchUps)}
        value={text(trigger.catch_up) ?? "last"}
        onChange={(catch_up) => onChange({ catch_up })}
        allowDeselect={false}
        disabled={disabled}
      />
      <InputField value={trigger.context} disabled={disabled} onChange={(context) => onChange({ context })} />
    </>
  );
}

function FormFields({ trigger, disabled, onChange }: FieldsProps) {
  return (
    <>
      <TextInput
        label={words.formTitle}
        value={text(trigger.title) ?? ""}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange({ title: currentTarget.value || undefined })}
      />
      <Textarea
        label={words.formText}
        rows={3}
        value={text(trigger.description) ?? ""}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange({ description: currentTarget.value || undefined })}
      />
      <Select
        label={words.access}
        data={choices(words.accesses)}
        value={text(trigger.access) ?? "public"}
        onChange={(access) => onChange({ access })}
        allowDeselect={false}
        disabled={disabled}
      />
      <Respond trigger={trigger} disabled={disabled} onChange={onChange} data={choices(words.formResponds)} />
    </>
  );
}

function FollowFields({ trigger, disabled, onChange }: FieldsProps) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  const known = workflows.data?.results.map(({ slug, name }) => ({ value: slug, label: name })) ?? [];
  const followed = text(trigger.workflow) ?? "";
  const data =
    followed && !known.some(({ value }) => value === followed)
      ? [...known, { value: followed, label: followed }]
      : known;
  return (
    <>
      <Select
        label={words.follows}
        data={data}
        value={followed || null}
        onChange={(workflow) => onChange({ workflow: workflow ?? "" })}
        searchable
        allowDeselect={false}
        disabled={disabled}
        error={followed ? null : words.followsMissing}
      />
      <Select
        label={words.on}
        data={choices(words.ons)}
        value={text(trigger.on) ?? "success"}
        onChange={(on) => onChange({ on })}
        allowDeselect={false}
        disabled={disabled}
      />
    </>
  );
}

function WebhookFields({ trigger, disabled, onChange }: FieldsProps) {
  const methods = Array.isArray(trigger.methods) ? trigger.methods.map(String) : ["POST"];
  return (
    <>
      <MultiSelect
        label={words.methods}
        data={WEBHOOK_METHODS}
        value={methods}
        onChange={(next) => next.length > 0 && onChange({ methods: next })}
        disabled={disabled}
      />
      <Select
        label={words.auth}
        data={[...WEBHOOK_AUTHS]}
        value={text(trigger.auth) ?? "none"}
        onChange={(auth) => onChange({ auth })}
        allowDeselect={false}
        disabled={disabled}
      />
      <Respond
        trigger={trigger}
        disabled={disabled}
        onChange={onChange}
        data={choices(words.responds)}
        hints={words.respondHints}
      />
      <LiveWebhook trigger={trigger} />
    </>
  );
}

/** The address that publishing has given the trigger. */
function LiveWebhook({ trigger }: { trigger: Trigger }) {
  const webhook = webhookOf(trigger, useEditor(selectWebhooks));
  if (!webhook) {
    return (
      <Text size="xs" c="dimmed">
        {words.noAddress}
      </Text>
    );
  }
  return (
    <>
      <WebhookAddress webhook={webhook} />
      <WebhookSecret webhook={webhook} />
    </>
  );
}

type RespondProps = FieldsProps & {
  data: { value: string; label: string }[];
  hints?: Record<string, string>;
};

function Respond({ trigger, disabled, onChange, data, hints = {} }: RespondProps) {
  const value = text(trigger.respond) ?? "immediately";
  return (
    <Select
      label={words.respond}
      description={hints[value]}
      data={data}
      value={value}
      onChange={(respond) => onChange({ respond })}
      allowDeselect={false}
      disabled={disabled}
    />
  );
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function choices(labels: Record<string, string>): { value: string; label: string }[] {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
