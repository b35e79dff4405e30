import { findStep, stepTitle } from "@/features/editor/model/definition";
import { useEditor } from "@/features/editor/store/editor-store";
import { failedRun, selectDefinition, selectJob, selectRuns } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { Announcer } from "@/shared/ui/announcer";
import { uiTexts } from "@/shared/ui/texts";

/** Says to screen readers how the shown job goes, and which step failed. */
export function JobAnnouncer() {
  const job = useEditor(selectJob);
  const definition = useEditor(selectDefinition);
  const failed = failedRun(useEditor(selectRuns));
  if (!job) return <Announcer text="" />;
  const step = failed && findStep(definition, failed.step);
  const parts = [
    texts.announce.job(definition.name ?? "", uiTexts.jobStatus[job.status]),
    failed ? texts.announce.failed(step ? stepTitle(step) : failed.step, failed.message ?? "") : "",
  ];
  return <Announcer text={parts.filter(Boolean).join(". ")} />;
}
