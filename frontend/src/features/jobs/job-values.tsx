import { Stack, Title } from "@mantine/core";
import { jobTexts } from "@/features/jobs/texts";
import type { Job } from "@/shared/api/schemas";
import { JsonViewer } from "@/shared/ui/json-viewer";

const texts = jobTexts.page;

export function JobValues({ job }: { job: Job }) {
  return (
    <Stack gap="lg">
      <Stack gap="xs">
        <Title order={2}>{texts.output}</Title>
        <JsonViewer value={job.workflow_output} label={texts.output} />
      </Stack>
      <Stack gap="xs">
        <Title order={2}>{texts.input}</Title>
        <JsonViewer value={job.execution_context} label={texts.input} />
      </Stack>
    </Stack>
  );
}
