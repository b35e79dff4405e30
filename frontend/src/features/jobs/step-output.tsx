import { Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { z } from "zod";
import { LoadAll } from "@/features/jobs/load-all";
import { jobTexts } from "@/features/jobs/texts";
import { loadStepOutput } from "@/shared/api/job-queries";
import type { StepRun } from "@/shared/api/schemas";
import { JsonViewer } from "@/shared/ui/json-viewer";

const texts = jobTexts.step;

/** How the server shows a value that is kept beside the job: its size, and how its text begins. */
const largeSchema = z.object({
  $ref: z.string().startsWith("value:"),
  size: z.number(),
  preview: z.string(),
});

/** What came out of a step; of a large value the beginning, and all of it on demand. */
export function StepOutput({ job, step }: { job: string; step: StepRun }) {
  const whole = useMutation({ mutationFn: loadStepOutput });
  const large = largeSchema.safeParse(step.output);
  if (!large.success || whole.isSuccess) {
    const value = whole.isSuccess ? whole.data : step.output;
    return <JsonViewer value={value} label={texts.tabs.output} empty={texts.noOutput} />;
  }
  return (
    <Stack gap="xs">
      <LoadAll
        message={texts.outputCut(large.data.size)}
        loading={whole.isPending}
        error={whole.error}
        onLoad={() => whole.mutate({ job, path: step.path })}
      />
      <JsonViewer value={`${large.data.preview}…`} label={texts.tabs.output} />
    </Stack>
  );
}
