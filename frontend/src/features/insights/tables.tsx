import { Text } from "@mantine/core";
import { percent, seconds } from "@/features/insights/format";
import { insightsTexts as texts } from "@/features/insights/texts";
import type { Insights } from "@/shared/api/insights-queries";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { PageSection } from "@/shared/ui/page-section";
import { TextLink } from "@/shared/ui/text-link";

type WorkflowRow = Insights["workflows"][number];
type StepRow = Insights["steps"][number];
type ErrorRow = Insights["errors"]["top"][number];

export function WorkflowTable({ workflows }: { workflows: readonly WorkflowRow[] }) {
  return (
    <PageSection title={texts.workflows}>
      <DataTable label={texts.workflows} rows={workflows} columns={WORKFLOWS} rowKey={({ slug }) => slug} />
    </PageSection>
  );
}

export function StepTable({ steps }: { steps: readonly StepRow[] }) {
  return (
    <PageSection title={texts.steps}>
      <DataTable
        label={texts.steps}
        rows={steps}
        columns={STEPS}
        rowKey={({ workflow, step }) => `${workflow}/${step}`}
      />
    </PageSection>
  );
}

export function ErrorTable({ errors }: { errors: readonly ErrorRow[] }) {
  return (
    <PageSection title={texts.errors}>
      {errors.length ? (
        <DataTable
          label={texts.errors}
          rows={errors}
          columns={ERRORS}
          rowKey={({ step, message }) => `${step}/${message}`}
        />
      ) : (
        <Text c="dimmed" size="sm">
          {texts.noErrors}
        </Text>
      )}
    </PageSection>
  );
}

const WORKFLOWS: readonly Column<WorkflowRow>[] = [
  {
    key: "name",
    title: texts.columns.workflow,
    cell: ({ slug, name }) => (
      <TextLink to={`/jobs?workflow=${slug}`} strong>
        {name}
      </TextLink>
    ),
  },
  { key: "total", title: texts.columns.jobs, align: "right", cell: ({ total }) => total.toLocaleString() },
  {
    key: "rate",
    title: texts.columns.success,
    align: "right",
    cell: ({ success_rate }) => percent(success_rate),
  },
  {
    key: "average",
    title: texts.columns.average,
    align: "right",
    from: "sm",
    cell: ({ average }) => seconds(average),
  },
  { key: "p95", title: texts.columns.p95, align: "right", from: "sm", cell: ({ p95 }) => seconds(p95) },
];

const STEPS: readonly Column<StepRow>[] = [
  {
    key: "step",
    title: texts.columns.step,
    cell: ({ step, workflow, type }) => (
      <>
        <Text size="sm" fw={550}>
          {step}
        </Text>
        <Text size="xs" c="dimmed">
          {workflow} · {type}
        </Text>
      </>
    ),
  },
  { key: "total", title: texts.columns.runs, align: "right", from: "sm", cell: ({ total }) => total },
  {
    key: "rate",
    title: texts.columns.success,
    align: "right",
    from: "sm",
    cell: ({ success_rate }) => percent(success_rate),
  },
  { key: "average", title: texts.columns.average, align: "right", cell: ({ average }) => seconds(average) },
  { key: "p95", title: texts.columns.p95, align: "right", cell: ({ p95 }) => seconds(p95) },
];

const ERRORS: readonly Column<ErrorRow>[] = [
  {
    key: "message",
    title: texts.columns.message,
    cell: ({ step, message }) => (
      <>
        <Text size="sm" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
          {message}
        </Text>
        <Text size="xs" c="dimmed">
          {step}
        </Text>
      </>
    ),
  },
  { key: "count", title: texts.columns.count, align: "right", cell: ({ count }) => count },
];
