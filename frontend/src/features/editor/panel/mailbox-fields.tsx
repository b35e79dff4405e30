import {
  Alert,
  Anchor,
  Button,
  Group,
  NumberInput,
  Select,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Trigger } from "@/features/editor/model/definition";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { connectorListQuery } from "@/shared/api/connector-queries";
import { lookNow, mailboxesQuery } from "@/shared/api/mailbox-queries";
import { notifyError } from "@/shared/ui/notify";

const words = texts.triggers.mailbox;

type MailboxFieldsProps = {
  trigger: Trigger;
  disabled: boolean;
  onChange: (fields: Record<string, unknown>) => void;
};

/** Which mailbox starts the workflow, and what becomes of its mail. */
export function MailboxFields({ trigger, disabled, onChange }: MailboxFieldsProps) {
  const input = (name: string) => ({
    value: text(trigger[name]),
    disabled,
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onChange({ [name]: currentTarget.value || undefined }),
  });
  return (
    <>
      <MailboxConnector trigger={trigger} disabled={disabled} onChange={onChange} />
      <TextInput label={words.folder} placeholder="INBOX" {...input("folder")} />
      <NumberInput
        label={words.every}
        min={5}
        max={86_400}
        value={typeof trigger.every_seconds === "number" ? trigger.every_seconds : 60}
        disabled={disabled}
        onChange={(every) => typeof every === "number" && onChange({ every_seconds: every })}
      />
      <Select
        label={words.per}
        data={Object.entries(words.pers).map(([value, label]) => ({ value, label }))}
        value={text(trigger.per) || "message"}
        onChange={(per) => onChange({ per })}
        allowDeselect={false}
        disabled={disabled}
      />
      <TextInput label={words.fileInput} placeholder="document" {...input("file_input")} />
      <TagsInput
        label={words.senders}
        placeholder="@example.com"
        value={Array.isArray(trigger.senders) ? trigger.senders.map(String) : []}
        onChange={(senders) => onChange({ senders: senders.length > 0 ? senders : undefined })}
        disabled={disabled}
      />
      <Switch
        label={words.markRead}
        checked={trigger.mark_read !== false}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange({ mark_read: currentTarget.checked ? undefined : false })}
      />
      <TextInput label={words.moveTo} placeholder="Archive" {...input("move_to")} />
      <MailboxState triggerId={trigger.id ?? ""} />
    </>
  );
}

function MailboxConnector({ trigger, disabled, onChange }: MailboxFieldsProps) {
  const connectors = useQuery(connectorListQuery);
  const chosen = text(trigger.connector);
  const known = (connectors.data?.results ?? [])
    .filter(({ family }) => family === "mailbox")
    .map(({ slug, name }) => ({ value: slug, label: name }));
  const isKnown = !chosen || known.some(({ value }) => value === chosen);
  return (
    <div>
      <Select
        label={words.connector}
        data={isKnown ? known : [...known, { value: chosen, label: chosen }]}
        value={chosen || null}
        onChange={(connector) => onChange({ connector: connector ?? "" })}
        searchable
        allowDeselect={false}
        disabled={disabled}
        error={chosen ? null : words.connectorMissing}
      />
      <Anchor size="xs" href="/connectors" target="_blank">
        {texts.connector.create}
      </Anchor>
    </div>
  );
}

/** How the published trigger is doing; nothing before it is published. */
function MailboxState({ triggerId }: { triggerId: string }) {
  const { id } = useEditor(selectWorkflow);
  const client = useQueryClient();
  const mailboxes = useQuery(mailboxesQuery(id));
  const look = useMutation({
    mutationFn: lookNow,
    onSuccess: () => client.invalidateQueries({ queryKey: mailboxesQuery(id).queryKey }),
    onError: (error) => notifyError({ title: words.lookFailed, error }),
  });
  const found = mailboxes.data?.results.find((mailbox) => mailbox.trigger_id === triggerId);
  if (!found) return null;
  return (
    <>
      {found.problem ? (
        <Alert color={found.status === "failing" ? "red" : "yellow"} variant="light" p="xs">
          <Text size="xs">{found.problem}</Text>
        </Alert>
      ) : null}
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {words.state(found.mails, found.looked_at ? new Date(found.looked_at).toLocaleString() : null)}
        </Text>
        <Button
          size="compact-xs"
          variant="light"
          loading={look.isPending}
          onClick={() => look.mutate(found.id)}
        >
          {words.look}
        </Button>
      </Group>
    </>
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
