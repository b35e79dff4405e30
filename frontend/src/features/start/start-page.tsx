import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { Checklist } from "@/features/start/checklist";
import { Lately } from "@/features/start/lately";
import { Preview } from "@/features/start/preview";
import classes from "@/features/start/start.module.css";
import { TemplateCard } from "@/features/start/template-card";
import { startTexts as texts } from "@/features/start/texts";
import { useFirstJob } from "@/features/start/use-template";
import { jobListQuery } from "@/shared/api/job-queries";
import type { Template } from "@/shared/api/template-queries";
import { templatesQuery } from "@/shared/api/template-queries";
import { useMay, useSession } from "@/shared/session/use-session";
import { LoadingRows } from "@/shared/ui/loading-rows";
import { PageFrame } from "@/shared/ui/page-frame";
import { PageSection } from "@/shared/ui/page-section";
import { TextLink } from "@/shared/ui/text-link";

const FIRST = "order-pricing";
const FEW = 3;

/** Leads a newcomer to a first job that succeeds; shows everybody else what has happened lately. */
export function StartPage() {
  const session = useSession();
  const mayEdit = useMay("workflow.edit");
  const succeeded = useQuery(jobListQuery({ status: "SUCCESS", limit: 1 }));
  const templates = useQuery(templatesQuery).data?.results ?? [];
  const first = templates.find(({ slug }) => slug === FIRST);
  const isNew = succeeded.data?.count === 0;
  return (
    <PageFrame
      title={texts.hello(session?.user.name.split(" ")[0] ?? "")}
      description={isNew ? texts.newcomer : texts.description}
    >
      <Stack gap="xl">
        {succeeded.isPending ? <LoadingRows rows={3} /> : null}
        {isNew && mayEdit && first ? <FirstJob template={first} /> : null}
        {succeeded.isPending ? null : (
          <div className={classes.columns}>
            <Checklist succeeded={!isNew} />
            <Lately />
          </div>
        )}
        <Few templates={templates} mayEdit={mayEdit} />
      </Stack>
    </PageFrame>
  );
}

function FirstJob({ template }: { template: Template }) {
  const navigate = useNavigate();
  const run = useFirstJob();
  return (
    <Paper component="section" aria-label={texts.first.title} className={classes.hero}>
      <div className={classes.heroText}>
        <Title order={2}>{texts.first.title}</Title>
        <Text c="dimmed">{texts.first.text}</Text>
        <Button
          size="md"
          leftSection={<IconPlayerPlay size={18} />}
          loading={run.isPending}
          onClick={() => run.mutate(template.slug, { onSuccess: (address) => navigate(address) })}
        >
          {texts.first.action}
        </Button>
      </div>
      <Preview definition={template.definition} label={texts.templates.preview(template.name)} />
    </Paper>
  );
}

function Few({ templates, mayEdit }: { templates: readonly Template[]; mayEdit: boolean }) {
  if (templates.length === 0) return null;
  return (
    <PageSection
      title={texts.templates.few}
      actions={
        <Group>
          <TextLink to="/templates">{texts.templates.all}</TextLink>
        </Group>
      }
    >
      <div className={classes.cards}>
        {templates.slice(0, FEW).map((template) => (
          <TemplateCard key={template.slug} template={template} mayEdit={mayEdit} />
        ))}
      </div>
    </PageSection>
  );
}
