import { Group, Stack, TagsInput, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { texts } from "@/features/editor/texts";
import type { PackageSet } from "@/shared/api/sandbox";
import { findPackageSet, packagesQuery } from "@/shared/api/sandbox";
import { HelpText } from "@/shared/ui/help-text";
import { LogView } from "@/shared/ui/log-view";
import { PackageStateBadge } from "@/shared/ui/package-state";

const WITH_PACKAGES = ["python", "javascript"];

/** What pip or npm installs for a script, and how far that is. */
export function PackagesField(props: FieldProps) {
  const packages = Array.isArray(props.value) ? props.value.filter((item) => typeof item === "string") : [];
  const language = props.language || "python";
  return (
    <Stack gap={6}>
      <TagsInput
        label={props.label}
        description={props.help ? <HelpText text={props.help} /> : undefined}
        error={props.error ? <HelpText text={props.error} /> : undefined}
        disabled={props.isDisabled}
        placeholder={packages.length === 0 ? EXAMPLES[language] : undefined}
        splitChars={["\n", " "]}
        value={packages}
        onChange={(items) => props.onChange(items.length > 0 ? items : undefined)}
      />
      {packages.length > 0 ? <InstalledState language={language} packages={packages} /> : null}
    </Stack>
  );
}

const EXAMPLES: Record<string, string> = { python: "pandas, numpy>=2", javascript: "lodash, dayjs@^1.11" };

function InstalledState({ language, packages }: { language: string; packages: readonly string[] }) {
  const query = useQuery(packagesQuery);
  if (!WITH_PACKAGES.includes(language)) {
    return <Note text={texts.packages.noneFor} />;
  }
  if (query.data === undefined) {
    return null;
  }
  const set = findPackageSet(query.data.results, { language, packages });
  return set ? <SetState set={set} /> : <Note text={texts.packages.unknown} />;
}

function SetState({ set }: { set: PackageSet }) {
  return (
    <Stack gap={6} aria-live="polite">
      <Group gap="xs">
        <PackageStateBadge state={set.state} />
        <Text size="xs" c="dimmed">
          {texts.packages.explained[set.state]}
        </Text>
      </Group>
      {set.state === "ready" ? null : (
        <LogView text={set.log} label={texts.packages.log} empty={texts.packages.noLog} maxHeight={180} />
      )}
    </Stack>
  );
}

function Note({ text }: { text: string }) {
  return (
    <Text size="xs" c="dimmed">
      {text}
    </Text>
  );
}
