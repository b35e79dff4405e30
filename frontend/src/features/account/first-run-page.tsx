import { Button, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { FirstRunForm } from "@/features/account/first-run-form";
import { PublicPage } from "@/features/account/public-page";
import { accountTexts } from "@/features/account/texts";
import { setupQuery } from "@/shared/api/setup";
import { ErrorState } from "@/shared/ui/error-state";

const texts = accountTexts.setup;

/** The first page of a new installation: creates its owner. */
export function FirstRunPage() {
  const setup = useQuery(setupQuery);
  if (setup.isPending) return <Skeleton height={320} />;
  if (setup.isError) {
    return <ErrorState title={texts.stateFailed} error={setup.error} onRetry={() => void setup.refetch()} />;
  }
  if (!setup.data.needed) {
    return (
      <PublicPage title={texts.title} intro={texts.done}>
        <Stack>
          <Button component={Link} to="/sign-in">
            {texts.toSignIn}
          </Button>
        </Stack>
      </PublicPage>
    );
  }
  return (
    <PublicPage title={texts.title} intro={texts.intro}>
      <FirstRunForm tokenRequired={setup.data.token_required} />
    </PublicPage>
  );
}
