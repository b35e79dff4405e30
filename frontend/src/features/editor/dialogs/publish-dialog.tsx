import { Alert, Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAutosave } from "@/features/editor/actions/use-actions";
import classes from "@/features/editor/bars/bars.module.css";
import { ProblemLine } from "@/features/editor/bars/problem-line";
import { selectPublishState } from "@/features/editor/bars/publish-button";
import { publishDraft, webhooksQuery } from "@/features/editor/store/api";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectProblems, selectSetView, selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { workflowsKey } from "@/shared/api/workflow-queries";
import { ErrorState } from "@/shared/ui/error-state";
import { notifyDone } from "@/shared/ui/notify";

/** Makes the draft a version: with a note, or with the reasons why it cannot be one yet. */
export function PublishDialog() {
  const state = useEditor(selectPublishState);
  const problems = useEditor(selectProblems);
  const setView = useEditor(selectSetView);
  const [note, setNote] = useState("");
  const publish = usePublish();
  const close = () => setView({ dialog: null });
  return (
    <Modal opened title={texts.publish.title} onClose={close}>
      <Stack>
        {state === "invalid" ? (
          <Alert color="red" title={texts.publish.invalid}>
            <ul className={classes.problems}>
              {problems.map((problem) => (
                <ProblemLine
                  key={`${problem.path}:${problem.message}`}
                  problem={problem}
                  tone="danger"
                  onShow={close}
                />
              ))}
            </ul>
          </Alert>
        ) : null}
        {state === "empty" ? <Alert color="gray">{texts.publish.empty}</Alert> : null}
        {state === "nothing" ? (
          <Alert color="green" icon={<IconCircleCheck aria-hidden />}>
            {texts.publish.nothing}
          </Alert>
        ) : null}
        {state === "ready" ? (
          <Textarea
            label={texts.publish.note}
            placeholder={texts.publish.notePlaceholder}
            data-autofocus
            autosize
            minRows={2}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        ) : null}
        {publish.error ? <ErrorState title={texts.publish.failed} error={publish.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {texts.run.cancel}
          </Button>
          <Button
            disabled={state !== "ready"}
            loading={publish.isPending}
            onClick={() => publish.mutate(note)}
          >
            {texts.publish.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function usePublish() {
  const { id } = useEditor(selectWorkflow);
  const updateWorkflow = useEditor((state) => state.updateWorkflow);
  const setView = useEditor(selectSetView);
  const autosave = useAutosave();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (note: string) => {
      if (!(await autosave.flush())) {
        throw new Error(texts.publish.unsaved);
      }
      return publishDraft({ id, note });
    },
    onSuccess: ({ version }) => {
      updateWorkflow({ status: "published", publishedVersion: version });
      setView({ dialog: null });
      notifyDone(texts.publish.done(version));
      void client.invalidateQueries({ queryKey: workflowsKey });
      // Publishing gives the webhooks of the document their addresses.
      void client.invalidateQueries({ queryKey: webhooksQuery(id).queryKey });
    },
  });
}
