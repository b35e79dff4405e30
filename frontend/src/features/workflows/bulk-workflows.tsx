import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { LabelsDialog } from "@/features/workflows/later";
import { workflowTexts } from "@/features/workflows/texts";
import { api } from "@/shared/api/client";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { BulkBar } from "@/shared/ui/bulk-bar";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = workflowTexts.bulk;

type Change = (id: string) => Promise<unknown>;
type BulkWorkflowsProps = { chosen: ReadonlySet<string>; onClear: () => void };

/** One change for all workflows that are chosen. */
export function BulkWorkflows({ chosen, onClear }: BulkWorkflowsProps) {
  const change = useBulkChange(onClear);
  const [moving, setMoving] = useState(false);
  const ids = [...chosen];
  const each = (apply: Change) => change.mutate({ ids, apply });
  const remove = async () => {
    const agreed = await confirm({
      title: texts.deleteTitle(ids.length),
      message: texts.deleteText,
      confirmLabel: texts.delete,
      danger: true,
    });
    if (agreed) each((id) => api.delete(`/api/workflows/${id}/`));
  };
  return (
    <BulkBar
      label={texts.label}
      count={ids.length}
      text={texts.chosen(ids.length)}
      clear={texts.clear}
      onClear={onClear}
    >
      <Button
        size="xs"
        variant="default"
        onClick={() => each((id) => api.post(`/api/workflows/${id}/enable/`))}
      >
        {texts.enable}
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={() => each((id) => api.post(`/api/workflows/${id}/disable/`))}
      >
        {texts.disable}
      </Button>
      <Button size="xs" variant="default" onClick={() => setMoving(true)}>
        {texts.move}
      </Button>
      <Button size="xs" variant="default" c="var(--sg-danger)" onClick={() => void remove()}>
        {texts.delete}
      </Button>
      <LabelsDialog
        opened={moving}
        title={workflowTexts.labels.titleOfMany(ids.length)}
        start={{ folder: "" }}
        onSave={async (values) => {
          await change.mutateAsync({ ids, apply: (id) => api.patch(`/api/workflows/${id}/`, values) });
        }}
        onClose={() => setMoving(false)}
      />
    </BulkBar>
  );
}

function useBulkChange(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, apply }: { ids: readonly string[]; apply: Change }) => {
      const results = await Promise.allSettled(ids.map(apply));
      return results.filter((result) => result.status === "rejected");
    },
    onSuccess: (failed, { ids }) => {
      const [first] = failed;
      if (first) notifyError({ title: texts.failed(failed.length), error: first.reason });
      else notifyDone(texts.done(ids.length));
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: workflowsKey }),
  });
}
