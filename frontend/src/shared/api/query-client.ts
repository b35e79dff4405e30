import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/shared/api/errors";
import { sessionKey } from "@/shared/session/session-query";
import { noteSignedOut } from "@/shared/session/signed-out-note";
import { hasUnsaved } from "@/shared/session/unsaved-work";

/** The cache of server data. A 401 anywhere leads to the sign-in page, unless something is not saved. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] !== sessionKey[0]) checkSession({ client, error });
      },
    }),
    mutationCache: new MutationCache({ onError: (error) => checkSession({ client, error }) }),
    defaultOptions: {
      queries: { staleTime: 10_000, retry: mayTryAgain, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
  return client;
}

function checkSession({ client, error }: { client: QueryClient; error: Error }): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  if (client.getQueryData(sessionKey) === undefined) return; // signed out already: a wrong password, for instance
  if (hasUnsaved()) {
    noteSignedOut(); // leaving would lose it
    return;
  }
  client.removeQueries({ queryKey: sessionKey });
  window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname)}`);
}

/** Only what may pass by itself is tried again: no connection, or a server that failed; once. */
function mayTryAgain(count: number, error: Error): boolean {
  const passing = error instanceof ApiError && (error.status === 0 || error.status >= 500);
  return passing && count < 1;
}
