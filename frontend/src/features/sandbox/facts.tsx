import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { sandboxTexts as texts } from "@/features/sandbox/texts";
import type { Sandbox } from "@/shared/api/sandbox";

const ISOLATIONS: Record<string, string> = texts.isolations;
const KILLS: Record<string, string> = texts.kills;

/** The wall in force and how busy it is, at a glance. */
export function SandboxFacts({ sandbox }: { sandbox: Sandbox }) {
  const { isolation, reason, running, max_running: most, queued, pool } = sandbox;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }}>
      <Fact
        label={texts.isolation}
        value={ISOLATIONS[isolation] ?? isolation}
        detail={reason || (isolation === "docker" ? texts.best : "")}
      />
      <Fact label={texts.network} value={networkOf(sandbox)} />
      <Fact
        label={texts.load}
        value={texts.loadOf({ running: running ?? 0, most: most ?? 0, queued: queued ?? 0 })}
        detail={pool?.ready === undefined ? "" : `${texts.ready}: ${pool.ready}`}
      />
      <Fact label={texts.ended} value={killsOf(sandbox)} />
    </SimpleGrid>
  );
}

function networkOf({ network }: Sandbox): string {
  if (!network?.available) {
    return texts.networks.none;
  }
  return network.enforced ? texts.networks.enforced : texts.networks.advised;
}

function killsOf({ kills }: Sandbox): string {
  const parts = Object.entries(kills).map(([reason, count]) => `${count} ${KILLS[reason] ?? reason}`);
  return parts.join(", ") || texts.noKills;
}

function Fact({ label, value, detail = "" }: { label: string; value: ReactNode; detail?: string }) {
  return (
    <Paper component="section" p="md" radius="md" withBorder aria-label={label}>
      <Text size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <Text size="sm" fw={550} mt={4}>
        {value}
      </Text>
      {detail ? (
        <Text size="xs" c="dimmed" mt={6}>
          {detail}
        </Text>
      ) : null}
    </Paper>
  );
}
