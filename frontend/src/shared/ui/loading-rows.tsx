import { Skeleton, Stack } from "@mantine/core";
import { uiTexts } from "@/shared/ui/texts";

type LoadingRowsProps = { rows?: number };

/** The place of a list that is on its way. */
export function LoadingRows({ rows = 5 }: LoadingRowsProps) {
  return (
    <Stack gap="sm" role="status" aria-label={uiTexts.loading}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: The rows are all alike and never move.
        <Skeleton key={index} height={46} radius="md" opacity={0.6} />
      ))}
    </Stack>
  );
}
