import { Group, Pagination } from "@mantine/core";
import { uiTexts } from "@/shared/ui/texts";

type PageLinksProps = { total: number; page: number; onChange: (page: number) => void };

export function PageLinks({ total, page, onChange }: PageLinksProps) {
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
