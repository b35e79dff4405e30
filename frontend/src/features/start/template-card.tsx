import { Button, Group, Paper, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { TemplateDialog } from "@/features/start/later";
import { Preview } from "@/features/start/preview";
import classes from "@/features/start/start.module.css";
import { startTexts } from "@/features/start/texts";
import { useTemplateUse } from "@/features/start/use-template";
import type { Template } from "@/shared/api/template-queries";

const texts = startTexts.templates;

type TemplateCardProps = { template: Template; mayEdit: boolean };

/** A template with its picture; using it opens the new workflow in the editor. */
export function TemplateCard({ template, mayEdit }: TemplateCardProps) {
  const { slug, category, parameters, description, definition, connectors, needs } = template;
  const brought = connectors.filter((connector) => !needs.includes(connector));
  const name = texts.named(template.name, parameters);
  const navigate = useNavigate();
  const make = useTemplateUse();
  const [asking, setAsking] = useState(false);
  const start = (given: Record<string, string>) =>
    make.mutate(
      { slug, parameters: given },
      { onSuccess: (workflow) => navigate(`/workflows/${workflow.slug}`) },
    );
  return (
    <Paper component="article" className={classes.card} aria-label={name}>
      <Preview definition={definition} label={texts.preview(name)} />
      <div className={classes.cardBody}>
        {category ? (
          <Text size="xs" fw={600} c="var(--sg-accent)">
            {category}
          </Text>
        ) : null}
        <Title order={2} size="h3">
          {name}
        </Title>
        <Text size="sm" c="dimmed" className={classes.cardText}>
          {texts.named(description, parameters)}
        </Text>
        {brought.length ? (
          <Text size="xs" c="dimmed">
            {texts.brings(brought.join(", "))}
          </Text>
        ) : null}
        {needs.length ? (
          <Text size="xs" c="dimmed">
            {texts.needs(needs.join(", "))}
          </Text>
        ) : null}
        <Group justify="space-between" mt="auto">
          <Text size="xs" c="dimmed">
            {texts.steps(definition.steps.length)}
          </Text>
          {mayEdit ? (
            <Button
              size="xs"
              variant="light"
              aria-label={texts.label(name)}
              loading={make.isPending}
              onClick={() => (parameters.length ? setAsking(true) : start({}))}
            >
              {texts.action}
            </Button>
          ) : null}
        </Group>
      </div>
      <TemplateDialog
        opened={asking}
        name={name}
        parameters={parameters}
        busy={make.isPending}
        onUse={start}
        onClose={() => setAsking(false)}
      />
    </Paper>
  );
}
