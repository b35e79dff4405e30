import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import classes from "@/features/start/start.module.css";
import { TemplateCard } from "@/features/start/template-card";
import { startTexts } from "@/features/start/texts";
import type { Template } from "@/shared/api/template-queries";
import { templatesQuery } from "@/shared/api/template-queries";
import { useMay } from "@/shared/session/use-session";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";
import { SearchInput } from "@/shared/ui/search-input";

const texts = startTexts.templates;

export function TemplatesPage() {
  const templates = useQuery(templatesQuery);
  const [wanted, setWanted] = useState("");
  return (
    <PageFrame title={texts.title} description={texts.description}>
      <Stack gap="lg">
        <SearchInput label={texts.search} value={wanted} onChange={setWanted} />
        <QueryView query={templates} failed={texts.loadFailed}>
          {({ results }) => <Gallery templates={results.filter((one) => matches(one, wanted))} />}
        </QueryView>
      </Stack>
    </PageFrame>
  );
}

function Gallery({ templates }: { templates: readonly Template[] }) {
  const mayEdit = useMay("workflow.edit");
  if (templates.length === 0) return <Text c="dimmed">{texts.none}</Text>;
  return (
    <div className={classes.cards}>
      {templates.map((template) => (
        <TemplateCard key={template.slug} template={template} mayEdit={mayEdit} />
      ))}
    </div>
  );
}

function matches({ name, description, definition }: Template, wanted: string): boolean {
  const types = definition.steps.map(({ type }) => type);
  const text = [name, description, ...types].join(" ").toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
