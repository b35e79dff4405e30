import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "react-router";
import { appTexts } from "@/app/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageFrame } from "@/shared/ui/page-frame";

export function NotFoundPage() {
  return (
    <PageFrame title={appTexts.notFoundTitle}>
      <EmptyState
        icon={<IconMapQuestion size={28} />}
        title={appTexts.notFoundTitle}
        description={appTexts.notFoundText}
        actions={
          <Button component={Link} to="/workflows">
            {appTexts.toWorkflows}
          </Button>
        }
      />
    </PageFrame>
  );
}
