import { Button } from "@mantine/core";
import { IconBuildingOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useLocation } from "react-router";
import { AppShellFrame } from "@/app/app-shell-frame";
import { FullPageMessage } from "@/app/full-page-message";
import { appTexts } from "@/app/texts";
import { ApiError } from "@/shared/api/errors";
import { setupQuery } from "@/shared/api/setup";
import { sessionQuery } from "@/shared/session/session-query";
import { signOut } from "@/shared/session/sign-out";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";

/** Lets in who is signed in; everyone else is led to the first run or to signing in. */
export function AppLayout() {
  const session = useQuery(sessionQuery);
  if (session.data && !session.data.organization) return <NoOrganization />;
  if (session.data) return <AppShellFrame session={session.data} />;
  if (session.isPending) return <FullPageMessage busy={appTexts.starting} />;
  if (session.error instanceof ApiError && session.error.status === 401) return <SignedOut />;
  return (
    <FullPageMessage>
      <ErrorState title={appTexts.startFailed} error={session.error} onRetry={() => void session.refetch()} />
    </FullPageMessage>
  );
}

function SignedOut() {
  const setup = useQuery(setupQuery);
  const location = useLocation();
  if (setup.isPending) return <FullPageMessage busy={appTexts.starting} />;
  if (setup.data?.needed) return <Navigate to="/setup" replace />;
  const wanted = location.pathname + location.search;
  const next = wanted === "/" || wanted === "/start" ? "" : `?next=${encodeURIComponent(wanted)}`;
  return <Navigate to={`/sign-in${next}`} replace />;
}

function NoOrganization() {
  return (
    <FullPageMessage>
      <EmptyState
        icon={<IconBuildingOff size={28} />}
        title={appTexts.noOrganizationTitle}
        description={appTexts.noOrganizationText}
        actions={<Button onClick={() => void signOut()}>{appTexts.signOut}</Button>}
      />
    </FullPageMessage>
  );
}
