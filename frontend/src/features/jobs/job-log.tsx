import { useQuery } from "@tanstack/react-query";
import { jobTexts } from "@/features/jobs/texts";
import { jobLogsQuery } from "@/shared/api/job-queries";
import { LogView } from "@/shared/ui/log-view";
import { QueryView } from "@/shared/ui/query-view";

const texts = jobTexts.page;

export function JobLog({ id }: { id: string }) {
  const log = useQuery(jobLogsQuery(id));
  return (
    <QueryView query={log} failed={texts.logFailed}>
      {({ logs }) => <LogView text={logs} label={texts.tabs.log} empty={texts.noLog} maxHeight={560} />}
    </QueryView>
  );
}
