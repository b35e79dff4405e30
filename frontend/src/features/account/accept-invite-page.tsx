import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { AcceptInviteForm } from "@/features/account/accept-invite-form";
import { invitationQuery } from "@/features/account/invitation-query";
import { PublicPage } from "@/features/account/public-page";
import { accountTexts } from "@/features/account/texts";
import { ErrorState } from "@/shared/ui/error-state";

const texts = accountTexts.invite;

/** What the one-time link of an invitation opens. */
export function AcceptInvitePage() {
  const { token = "" } = useParams();
  const invitation = useQuery(invitationQuery(token));
  if (invitation.isPending) return <Skeleton height={260} />;
  if (invitation.isError) {
    return (
      <PublicPage title={texts.gone} intro={texts.goneIntro}>
        <ErrorState error={invitation.error} onRetry={() => void invitation.refetch()} />
      </PublicPage>
    );
  }
  const { email, role, organization, has_account } = invitation.data;
  return (
    <PublicPage
      title={texts.title(organization.name)}
      intro={`${texts.intro(email, role)} ${has_account ? texts.known : ""}`}
    >
      <AcceptInviteForm token={token} email={email} hasAccount={has_account} />
    </PublicPage>
  );
}
