import { Button, Checkbox, Group, Stack, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import type { Channel } from "@/features/settings/settings-queries";
import { useSaveChannels } from "@/features/settings/settings-queries";
import { settingsTexts } from "@/features/settings/texts";
import type { Connector } from "@/shared/api/connector-queries";
import { useMay } from "@/shared/session/use-session";
import { FormError } from "@/shared/ui/form-error";
import { TextLink } from "@/shared/ui/text-link";

const texts = settingsTexts.channels;

type ChannelsFormProps = { saved: readonly Channel[]; connectors: readonly Connector[] };

/** Which connectors are used, and for whom. */
export function ChannelsForm({ saved, connectors }: ChannelsFormProps) {
  const mayManage = useMay("connector.manage");
  const [channels, setChannels] = useState(saved);
  const save = useSaveChannels();
  if (connectors.length === 0) return <NoConnector />;
  const set = (slug: string, to: string[] | null) =>
    setChannels([
      ...channels.filter(({ connector }) => connector !== slug),
      ...(to === null ? [] : [{ connector: slug, to }]),
    ]);
  return (
    <Stack gap="md" maw={560} role="group" aria-label={texts.group}>
      <FormError error={save.error} title={texts.failed} fields={[]} />
      {connectors.map(({ slug, name, type }) => (
        <ChannelFields
          key={slug}
          name={name}
          type={type}
          to={channels.find(({ connector }) => connector === slug)?.to ?? null}
          disabled={!mayManage}
          onChange={(to) => set(slug, to)}
        />
      ))}
      {mayManage ? (
        <Group>
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate(channels)}>
            {texts.save}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function NoConnector() {
  return (
    <Text size="sm" c="dimmed">
      {texts.none} <TextLink to="/connectors">{texts.toConnectors}</TextLink>
    </Text>
  );
}

type ChannelFieldsProps = {
  name: string;
  type: string;
  /** null: it is not used. */
  to: readonly string[] | null;
  disabled: boolean;
  onChange: (to: string[] | null) => void;
};

function ChannelFields({ name, type, to, disabled, onChange }: ChannelFieldsProps) {
  return (
    <Stack gap="xs">
      <Checkbox
        label={name}
        description={type}
        checked={to !== null}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? [] : null)}
      />
      {to === null ? null : (
        <TagsInput
          aria-label={texts.to(name)}
          description={texts.toHint}
          value={[...to]}
          disabled={disabled}
          onChange={onChange}
          pl={30}
        />
      )}
    </Stack>
  );
}
