import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { usePerform } from "@/features/editor/actions/use-actions";
import { runAction } from "@/features/editor/actions/workflow-actions";
import { stepTexts } from "@/features/editor/panel/texts";
import { sampleInput } from "@/features/editor/run/sample-input";
import { useOpenJob } from "@/features/editor/run/use-open-job";
import { loadLastCall, recentJobsQuery } from "@/features/editor/store/api";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanRun, selectWebhooks, selectWorkflow } from "@/features/editor/store/selectors";
import { rememberedInput } from "@/shared/lib/remembered-input";
import { ErrorState } from "@/shared/ui/error-state";
import { ValueView } from "@/shared/ui/value-view";

const texts = stepTexts.noInput;

/** Before anything has run: the sample data there is, and the ways to real data. */
export function NoInput() {
  const { id } = useEditor(selectWorkflow);
  const [sample, setSample] = useState(() => sampleInput(id));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {sample ? texts.onlySample : texts.nothing}
      </Text>
      <Group gap="xs">
        <RunButtons />
        <LastCallButton onTaken={() => setSample(sampleInput(id))} />
      </Group>
      {sample ? <ValueView value={sample} label={texts.sample} /> : null}
    </Stack>
  );
}

function RunButtons() {
  const { id } = useEditor(selectWorkflow);
  const perform = usePerform();
  const openJob = useOpenJob();
  const canRun = useEditor(selectCanRun);
  const last = useQuery(recentJobsQuery(id)).data?.results[0];
  return (
    <>
      <Button size="xs" variant="light" disabled={!canRun} onClick={() => perform(runAction)}>
        {texts.run}
      </Button>
      {last ? (
        <Button size="xs" variant="default" onClick={() => openJob(last.id)}>
          {texts.lastJob}
        </Button>
      ) : null}
    </>
  );
}

/** What a webhook was sent last becomes the sample data of expressions and of the next run. */
function LastCallButton({ onTaken }: { onTaken: () => void }) {
  const { id } = useEditor(selectWorkflow);
  const hasWebhook = useEditor(selectWebhooks).length > 0;
  const take = useMutation({
    mutationFn: () => loadLastCall(id),
    onSuccess: (call) => {
      if (!call) return;
      rememberedInput.set(id, JSON.stringify(call, null, 2));
      onTaken();
    },
  });
  if (!hasWebhook) return null;
  return (
    <>
      <Button size="xs" variant="default" loading={take.isPending} onClick={() => take.mutate()}>
        {texts.lastCall}
      </Button>
      {take.error ? <ErrorState title={texts.callFailed} error={take.error} /> : null}
      {take.data === null ? (
        <Text size="xs" role="status">
          {texts.noCall} <Link to="/webhooks">{texts.webhooks}</Link>
        </Text>
      ) : null}
    </>
  );
}
