import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { BulkJobs } from "@/features/jobs/bulk-jobs";
import { JobFilters } from "@/features/jobs/job-filters";
import { JobTable } from "@/features/jobs/job-table";
import { JobsEmpty } from "@/features/jobs/jobs-empty";
import { jobTexts as texts } from "@/features/jobs/texts";
import { isEnded } from "@/shared/api/events";
import { jobListQuery } from "@/shared/api/job-queries";
import type { JobSummary } from "@/shared/api/schemas";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

const PAGE_SIZE = 50;
const NONE: ReadonlySet<string> = new Set();
const FILTERS = ["search", "workflow", "status", "triggered_by", "page"] as const;

export function JobsPage() {
  const filters = useUrlFilters(FILTERS);
  const mayControl = useMay("job.control");
  const [chosen, setChosen] = useState(NONE);
  const jobs = useQuery({
    ...jobListQuery({
      search: filters.value("search"),
      workflow: filters.value("workflow"),
      status: filters.value("status"),
      triggered_by: filters.value("triggered_by"),
      limit: PAGE_SIZE,
      offset: (filters.page - 1) * PAGE_SIZE,
    }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => refreshEvery(state.data?.results ?? []),
  });
  const nothing = jobs.data?.count === 0 && !filters.isFiltered;
  return (
    <PageFrame title={texts.title} description={texts.description}>
      {nothing ? null : <JobFilters filters={filters} />}
      <BulkJobs chosen={chosen} onClear={() => setChosen(NONE)} />
      <QueryView query={jobs} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <JobsEmpty filtered={filters.isFiltered} onClear={filters.clear} />
          ) : (
            <>
              <JobTable jobs={results} choosing={mayControl ? { chosen, onChange: setChosen } : undefined} />
              <Pager
                count={count}
                size={PAGE_SIZE}
                page={filters.page}
                onChange={(page) => filters.set("page", String(page))}
              />
            </>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

/** In milliseconds: quick while something runs. */
function refreshEvery(jobs: readonly JobSummary[]): number {
  return jobs.some(({ status }) => !isEnded(status)) ? 2000 : 8000;
}
