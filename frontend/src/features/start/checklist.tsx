import { Paper, Text, Title } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { z } from "zod";
import classes from "@/features/start/start.module.css";
import { startTexts } from "@/features/start/texts";
import { api } from "@/shared/api/client";
import { workflowListQuery } from "@/shared/api/workflow-queries";

const texts = startTexts.steps;

type Check = { key: "workflow" | "job" | "publish" | "trigger"; done: boolean; to: string };

/** The way from nothing to a workflow that starts by itself. */
export function Checklist({ succeeded }: { succeeded: boolean }) {
  const workflows = useQuery(workflowListQuery({ limit: 1 }));
  const published = useQuery(workflowListQuery({ status: "published", limit: 1 }));
  const schedules = useQuery(countQuery("/api/schedules/"));
  const webhooks = useQuery(countQuery("/api/webhooks/"));
  const forms = useQuery(countQuery("/api/forms/"));
  const starters = [schedules, webhooks, forms].some(({ data = 0 }) => data > 0);
  const checks: readonly Check[] = [
    { key: "workflow", done: (workflows.data?.count ?? 0) > 0, to: "/workflows" },
    { key: "job", done: succeeded, to: "/workflows" },
    { key: "publish", done: (published.data?.count ?? 0) > 0, to: "/workflows" },
    { key: "trigger", done: starters, to: "/schedules" },
  ];
  const done = checks.filter((check) => check.done).length;
  return (
    <Paper component="section" p="lg" aria-label={texts.title} bg="var(--sg-surface)">
      <Title order={2} size="h4">
        {texts.title}
      </Title>
      <Text size="xs" c="dimmed">
        {texts.progress(done, checks.length)}
      </Text>
      <ul className={classes.checklist}>
        {checks.map((check) => (
          <li key={check.key}>
            <Link to={check.to} className={classes.check}>
              <Mark done={check.done} />
              <span>
                <Text span size="sm" fw={550} display="block">
                  {texts[check.key].title}
                </Text>
                <Text span size="xs" c="dimmed">
                  {texts[check.key].text}
                </Text>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Paper>
  );
}

function Mark({ done }: { done: boolean }) {
  const Icon = done ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <Icon
      size={22}
      className={classes.mark}
      data-done={done}
      role="img"
      aria-label={done ? texts.done : texts.open}
    />
  );
}

function countQuery(path: "/api/schedules/" | "/api/webhooks/" | "/api/forms/") {
  return {
    queryKey: ["count", path],
    queryFn: async ({ signal }: { signal: AbortSignal }) =>
      (await api.get(path, { schema: z.object({ count: z.number() }), query: { limit: 1 }, signal })).count,
  };
}
