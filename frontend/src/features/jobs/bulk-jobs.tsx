import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { jobTexts } from "@/features/jobs/texts";
import type { VersionChoice } from "@/features/jobs/version-menu";
import { VersionMenu } from "@/features/jobs/version-menu";
import { api } from "@/shared/api/client";
import { jobsKey } from "@/shared/api/job-queries";
import { BulkBar } from "@/shared/ui/bulk-bar";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError, notifyFailure } from "@/shared/ui/notify";

const texts = jobTexts.bulk;

type Command = { action: "cancel" | "retry" | "retry_failed" } & VersionChoice;
type BulkJobsProps = { chosen: ReadonlySet<string>; onClear: () => void };

/** One command for all jobs that are chosen. */
export function BulkJobs({ chosen, onClear }: BulkJobsProps) {
  const { mutate, isPending } = useBulkCommand(onClear);
  const ids = [...chosen];
  const send = (command: Command) => mutate({ ids, ...command });
  const cancel = async () => {
    const agreed = await confirm({
      title: texts.cancelTitle(ids.length),
      message: jobTexts.cancel.message,
      confirmLabel: texts.cancel,
      cancelLabel: jobTexts.cancel.keep,
      danger: true,
    });
    if (agreed) send({ action: "cancel" });
  };
  return (
    <BulkBar
      label={texts.label}
      count={ids.length}
      text={texts.chosen(ids.length)}
      clear={texts.clear}
      onClear={onClear}
    >
      {(["retry", "retry_failed"] as const).map((action) => (
        <VersionMenu
          key={action}
          {...texts.versions}
          label={texts[action]}
          look={{ size: "xs", variant: "default", disabled: isPending }}
          onChoose={(choice) => send({ action, ...choice })}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        c="var(--sg-danger)"
        disabled={isPending}
        onClick={() => void cancel()}
      >
        {texts.cancel}
      </Button>
    </BulkBar>
  );
}

const resultsSchema = z.object({
  results: z.array(z.object({ ok: z.boolean().optional(), error: z.string().nullish() }).loose()),
});

function useBulkCommand(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (command: Command & { ids: readonly string[] }) =>
      api.post("/api/jobs/bulk/", { ...command, reason: texts.reason }, { schema: resultsSchema }),
    onSuccess: ({ results }) => {
      const refused = results.filter(({ error }) => error);
      if (refused.length === 0) notifyDone(texts.done(results.length));
      else
        notifyFailure(texts.some(results.length - refused.length, refused.length, refused[0]?.error ?? ""));
      onDone();
    },
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
}
