import { Button, Menu, Switch, UnstyledButton } from "@mantine/core";
import { IconChevronUp, IconHistory, IconPlayerStop, IconX } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import classes from "@/features/editor/bars/bars.module.css";
import { ProblemsButton } from "@/features/editor/bars/problems-bar";
import { useShowStep } from "@/features/editor/bars/use-show-step";
import { TimelineButton } from "@/features/editor/run/timeline";
import { useOpenJob } from "@/features/editor/run/use-open-job";
import { recentJobsQuery } from "@/features/editor/store/api";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { failedRun, selectJob, selectRuns, selectWorkflow } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { isEnded } from "@/shared/api/events";
import { cancelJob } from "@/shared/api/job-queries";
import type { Job } from "@/shared/api/schemas";
import { Duration } from "@/shared/ui/duration";
import { notifyError } from "@/shared/ui/notify";
import { RelativeTime } from "@/shared/ui/relative-time";
import { JobStatusBadge } from "@/shared/ui/status-badge";

const selectIsFollowing = (state: EditorState) => state.isFollowing;
const selectChoosePath = (state: EditorState) => state.choosePath;
const selectSetFollowing = (state: EditorState) => state.setFollowing;

/** The shown job, the recent ones, and what validation has found. */
export function BottomBar() {
  const job = useEditor(selectJob);
  const isFollowing = useEditor(selectIsFollowing);
  const setFollowing = useEditor(selectSetFollowing);
  return (
    <footer className={classes.bottom}>
      <ProblemsButton />
      <span className={classes.separator} />
      {job ? <ShownJob key={job.id} job={job} /> : <span className={classes.quiet}>{texts.run.noJob}</span>}
      <span className={classes.spring} />
      <Switch
        size="xs"
        label={texts.run.follow}
        checked={isFollowing}
        onChange={(event) => setFollowing(event.currentTarget.checked)}
      />
      <RecentJobs />
    </footer>
  );
}

function ShownJob({ job }: { job: Job }) {
  const openJob = useOpenJob();
  const showStep = useShowStep();
  const choosePath = useEditor(selectChoosePath);
  const failed = failedRun(useEditor(selectRuns));
  const cancel = useMutation({
    mutationFn: () => cancelJob({ id: job.id, reason: "" }),
    onError: (error) => notifyError({ title: texts.run.cancelFailed, error }),
  });
  return (
    <section className={classes.job} aria-label={texts.run.shown}>
      <JobStatusBadge status={job.status} />
      <span className={classes.quiet}>
        <Duration
          seconds={job.duration}
          since={isEnded(job.status) ? null : (job.started_at ?? job.created_at)}
        />
      </span>
      <span className={classes.quiet}>{job.triggered_by.toLowerCase()}</span>
      {job.error ? (
        <span className={classes.error} title={job.error.message}>
          {job.error.message.split("\n")[0]}
        </span>
      ) : null}
      {job.error && failed ? (
        <Button
          size="compact-sm"
          fz={13}
          variant="light"
          color="red"
          onClick={() => {
            choosePath(failed.step, failed.path);
            showStep(failed.step, "output");
          }}
        >
          {texts.run.goToStep}
        </Button>
      ) : null}
      {isEnded(job.status) ? null : (
        <Button
          size="compact-sm"
          fz={13}
          variant="default"
          leftSection={<IconPlayerStop size={13} />}
          disabled={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate()}
        >
          {cancel.isPending || cancel.isSuccess ? texts.run.cancelling : texts.run.cancelJob}
        </Button>
      )}
      <TimelineButton />
      <Button size="compact-sm" fz={13} variant="subtle" component={Link} to={`/jobs/${job.id}`}>
        {texts.run.openJob}
      </Button>
      <UnstyledButton className={classes.hide} aria-label={texts.run.hide} onClick={() => openJob(null)}>
        <IconX size={14} />
      </UnstyledButton>
    </section>
  );
}

function RecentJobs() {
  const { id } = useEditor(selectWorkflow);
  const shown = useEditor(selectJob);
  const openJob = useOpenJob();
  const jobs = useQuery(recentJobsQuery(id)).data?.results ?? [];
  return (
    <Menu position="top-end" width={360}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconHistory size={14} />}
          rightSection={<IconChevronUp size={14} />}
        >
          {texts.run.recent}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {jobs.length === 0 ? <Menu.Label>{texts.run.noRecent}</Menu.Label> : null}
        {jobs.map((job) => (
          <Menu.Item
            key={job.id}
            onClick={() => openJob(job.id)}
            data-shown={job.id === shown?.id || undefined}
          >
            <span className={classes.recent}>
              <JobStatusBadge status={job.status} />
              <span className={classes.spring}>{job.triggered_by.toLowerCase()}</span>
              <span className={classes.quiet}>
                <RelativeTime value={job.created_at} />
              </span>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
