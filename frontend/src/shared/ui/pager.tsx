import { Group, Pagination } from "@mantine/core";
import { uiTexts } from "@/shared/ui/texts";

type PagerProps = { count: number; size: number; page: number; onChange: (page: number) => void };

/** The pages of a list; nothing while one is enough. */
export function Pager({ count, size, page, onChange }: PagerProps) {
  const total = Math.ceil(count / size);
  if (total < 2) return null;
  return (
    <Group justify="center" mt="md">
      <Pagination
        total={total}
        value={page}
        onChange={onChange}
        getItemProps={(number) => ({ "aria-label": `${uiTexts.page} ${number}` })}
      />
    </Group>
  );
}
