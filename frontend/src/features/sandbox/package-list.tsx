import { Accordion, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sandboxTexts as texts } from "@/features/sandbox/texts";
import type { PackageSet } from "@/shared/api/sandbox";
import { packagesQuery } from "@/shared/api/sandbox";
import { LogView } from "@/shared/ui/log-view";
import { PackageStateBadge } from "@/shared/ui/package-state";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";

/** Every set of packages that scripts here have asked for, with its log. */
export function PackageList() {
  const query = useQuery(packagesQuery);
  return (
    <QueryView query={query} failed={texts.packagesFailed}>
      {({ results }) =>
        results.length > 0 ? <Sets sets={results} /> : <Text c="dimmed">{texts.noPackages}</Text>
      }
    </QueryView>
  );
}

function Sets({ sets }: { sets: readonly PackageSet[] }) {
  return (
    <Accordion variant="separated" chevronPosition="left">
      {sets.map((set) => (
        <Accordion.Item key={set.id} value={set.id}>
          <Accordion.Control>
            <Group justify="space-between" gap="sm">
              <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
                {set.packages.join(", ")}
              </Text>
              <Group gap="sm">
                <Text size="xs" c="dimmed">
                  {[set.language, sizeOf(set)].filter(Boolean).join(" · ")}
                </Text>
                <Text component="span" size="xs" c="dimmed">
                  <RelativeTime value={set.used_at} fallback={texts.never} />
                </Text>
                <PackageStateBadge state={set.state} />
              </Group>
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <LogView text={set.log || set.reason} label={texts.log} empty={texts.noLog} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

const MEGABYTE = 1024 * 1024;

function sizeOf({ size }: PackageSet): string {
  if (size === 0) {
    return "";
  }
  return size < MEGABYTE ? `${Math.ceil(size / 1024)} KB` : `${Math.round(size / MEGABYTE)} MB`;
}
