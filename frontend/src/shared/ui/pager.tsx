import { later } from "@/shared/ui/later";

type PagerProps = { count: number; size: number; page: number; onChange: (page: number) => void };

const PageLinks = later(
  async () => (await import("@/shared/ui/page-links")).PageLinks,
  () => true,
);

/** The pages of a list; nothing while one is enough. */
export function Pager({ count, size, page, onChange }: PagerProps) {
  const total = Math.ceil(count / size);
  return total < 2 ? null : <PageLinks total={total} page={page} onChange={onChange} />;
}
