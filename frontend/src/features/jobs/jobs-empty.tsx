import { Button } from "@mantine/core";
import { IconFilterOff, IconListCheck } from "@tabler/icons-react";
import { Link } from "react-router";
import { jobTexts } from "@/features/jobs/texts";
import { EmptyState } from "@/shared/ui/empty-state";

type JobsEmptyProps = { filtered: boolean; onClear: () => void };

export function JobsEmpty({ filtered, onClear }: JobsEmptyProps) {
  const texts = filtered ? jobTexts.noMatch : jobTexts.empty;
  return (
    <EmptyState
      icon={filtered ? <IconFilterOff size={28} /> : <IconListCheck size={28} />}
      title={texts.title}
      description={texts.description}
      actions={
        filtered ? (
          <Button variant="default" onClick={onClear}>
            {jobTexts.noMatch.clear}
          </Button>
        ) : (
          <Button component={Link} to="/workflows">
            {jobTexts.empty.action}
          </Button>
        )
      }
    />
  );
}
