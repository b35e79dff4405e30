import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadingRows } from "@/shared/ui/loading-rows";

type QueryViewProps<Data> = {
  query: UseQueryResult<Data>;
  /** What did not work if it fails: “The jobs could not be loaded”. */
  failed: string;
  children: (data: Data) => ReactNode;
};

/** Server data in its three states: on its way, failed, there. Data already there outlives a failed refresh. */
export function QueryView<Data>({ query, failed, children }: QueryViewProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ErrorState title={failed} error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <LoadingRows />;
}
