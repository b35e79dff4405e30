import { Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { LoadAll } from "@/features/jobs/load-all";
import { jobTexts } from "@/features/jobs/texts";
import { loadStepLog } from "@/shared/api/job-queries";
import type { StepRun } from "@/shared/api/schemas";
import { LogView } from "@/shared/ui/log-view";

const texts = jobTexts.step;

/** What a step has written; of a long log the end, and all of it on demand. */
export function StepLog({ job, step }: { job: string; step: StepRun }) {
  const whole = useMutation({ mutationFn: loadStepLog });
  const missing = step.log_first ?? 0;
  const isCut = missing > 0 && !whole.data;
  return (
    <Stack gap="xs">
      {isCut ? (
        <LoadAll
          message={texts.logCut(missing)}
          loading={whole.isPending}
          error={whole.error}
          onLoad={() => whole.mutate({ job, path: step.path })}
        />
      ) : null}
      <LogView text={whole.data?.log ?? step.log} label={texts.tabs.log} empty={texts.noLog} />
    </Stack>
  );
}
