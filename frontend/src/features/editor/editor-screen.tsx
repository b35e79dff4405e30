import { useShortcuts } from "@/features/editor/actions/use-actions";
import { BottomBar } from "@/features/editor/bars/bottom-bar";
import { ProblemDrawer } from "@/features/editor/bars/problems-bar";
import { TopBar } from "@/features/editor/bars/top-bar";
import { FlowCanvas } from "@/features/editor/canvas/flow-canvas";
import { OutlineView } from "@/features/editor/canvas/outline-view";
import { YamlView } from "@/features/editor/canvas/yaml-view";
import { CanvasMenu } from "@/features/editor/dialogs/canvas-menu";
import { Dialogs } from "@/features/editor/dialogs/dialogs";
import classes from "@/features/editor/editor.module.css";
import { DragPreview } from "@/features/editor/palette/drag-preview";
import { Palette } from "@/features/editor/palette/palette";
import { SidePanel } from "@/features/editor/panel/side-panel";
import { JobAnnouncer } from "@/features/editor/run/job-announcer";
import { StaleProvider } from "@/features/editor/run/stale-provider";
import { TimelineDrawer } from "@/features/editor/run/timeline";
import { useFollowJobs } from "@/features/editor/run/use-follow-jobs";
import { useRunRequests } from "@/features/editor/run/use-run-requests";
import { useShownJob } from "@/features/editor/run/use-shown-job";
import { useEditor } from "@/features/editor/store/editor-store";
import { useUnsavedWarning, useValidation, useWebhooks } from "@/features/editor/store/use-server-side";

function Look() {
  const look = useEditor((state) => state.look);
  if (look === "yaml") {
    return <YamlView />;
  }
  return (
    <>
      <Palette />
      {look === "outline" ? <OutlineView /> : <FlowCanvas />}
    </>
  );
}

/** The editor of an opened workflow, and what keeps it in step with the server. */
export function EditorScreen() {
  useShortcuts();
  useValidation();
  useWebhooks();
  useUnsavedWarning();
  useShownJob();
  useFollowJobs();
  useRunRequests();
  return (
    <StaleProvider className={classes.editor}>
      <TopBar />
      <main className={classes.middle}>
        <Look />
        <SidePanel />
      </main>
      <ProblemDrawer />
      <TimelineDrawer />
      <BottomBar />
      <JobAnnouncer />
      <DragPreview />
      <CanvasMenu />
      <Dialogs />
    </StaleProvider>
  );
}
