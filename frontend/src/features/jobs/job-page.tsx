import { Tabs } from "@mantine/core";
import { useParams } from "react-router";
import { JobActions } from "@/features/jobs/job-actions";
import { JobFacts } from "@/features/jobs/job-facts";
import { JobLog } from "@/features/jobs/job-log";
import { JobNotices } from "@/features/jobs/job-notices";
import { JobValues } from "@/features/jobs/job-values";
import { StepList } from "@/features/jobs/step-list";
import { jobTexts } from "@/features/jobs/texts";
import { useLiveJob } from "@/features/jobs/use-live-job";
import type { Feed } from "@/shared/api/events";
import { isEnded } from "@/shared/api/events";
import type { Job } from "@/shared/api/schemas";
import { innermostFailure } from "@/shared/lib/innermost-failure";
import { useMay } from "@/shared/session/use-session";
import { Announcer } from "@/shared/ui/announcer";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";
import { JobStatusBadge } from "@/shared/ui/status-badge";
import { TextLink } from "@/shared/ui/text-link";
import { uiTexts } from "@/shared/ui/texts";

const texts = jobTexts.page;

export function JobPage() {
  const { id = "" } = useParams();
  const { query, feed } = useLiveJob(id);
  if (query.data) return <LoadedJob key={id} job={query.data} feed={feed} />;
  return (
    <PageFrame title={jobTexts.title} breadcrumb={<Breadcrumb />}>
      <QueryView query={query} failed={texts.loadFailed}>
        {() => null}
      </QueryView>
    </PageFrame>
  );
}

function LoadedJob({ job, feed }: { job: Job; feed: Feed }) {
  const mayControl = useMay("job.control");
  return (
    <PageFrame
      title={job.workflow_name ?? texts.title(job.workflow)}
      breadcrumb={<Breadcrumb />}
      badge={<JobStatusBadge status={job.status} />}
      actions={<JobActions job={job} />}
    >
      <Announcer text={texts.announce(job.workflow_name ?? job.workflow, uiTexts.jobStatus[job.status])} />
      <JobNotices job={job} feed={feed} />
      <JobFacts job={job} />
      <Tabs defaultValue="steps" keepMounted={false} mt="lg">
        <Tabs.List mb="md">
          <Tabs.Tab value="steps">{texts.tabs.steps}</Tabs.Tab>
          <Tabs.Tab value="values">{texts.tabs.values}</Tabs.Tab>
          <Tabs.Tab value="log">{texts.tabs.log}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="steps">
          <StepList
            job={job.id}
            steps={job.steps}
            failedPath={innermostFailure(job.steps)?.path ?? null}
            retryOf={mayControl && isEnded(job.status) ? job : null}
          />
        </Tabs.Panel>
        <Tabs.Panel value="values">
          <JobValues job={job} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <JobLog id={job.id} />
        </Tabs.Panel>
      </Tabs>
    </PageFrame>
  );
}

function Breadcrumb() {
  return (
    <nav aria-label={texts.way} style={{ marginBottom: 8, fontSize: 13 }}>
      <TextLink to="/jobs">← {texts.breadcrumb}</TextLink>
    </nav>
  );
}
