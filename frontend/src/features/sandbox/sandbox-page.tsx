import { Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { SandboxFacts } from "@/features/sandbox/facts";
import { HostTable } from "@/features/sandbox/host-table";
import { LanguageTable } from "@/features/sandbox/language-table";
import { PackageList } from "@/features/sandbox/package-list";
import { sandboxTexts as texts } from "@/features/sandbox/texts";
import type { Sandbox } from "@/shared/api/sandbox";
import { sandboxQuery } from "@/shared/api/sandbox";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";

export function SandboxPage() {
  const sandbox = useQuery(sandboxQuery);
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <QueryView query={sandbox} failed={texts.loadFailed}>
        {(found) => <Overview sandbox={found} />}
      </QueryView>
    </PageFrame>
  );
}

function Overview({ sandbox }: { sandbox: Sandbox }) {
  return (
    <Stack gap="xl">
      <SandboxFacts sandbox={sandbox} />
      <Section title={texts.languages}>
        <LanguageTable languages={sandbox.languages} />
      </Section>
      {sandbox.hosts ? (
        <Section title={texts.hosts}>
          <HostTable hosts={sandbox.hosts} />
        </Section>
      ) : null}
      <Section title={texts.packages}>
        <PackageList />
      </Section>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
