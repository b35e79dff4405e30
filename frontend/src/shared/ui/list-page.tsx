import { Button } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import { IconPlus } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

type ListTexts = {
  title: string;
  description: string;
  create: string;
  loadFailed: string;
  empty: { title: string; description: string };
};

type ListPageProps<Item> = {
  texts: ListTexts;
  icon: TablerIcon;
  query: UseQueryResult<{ results: readonly Item[]; count: number }>;
  /** Without it nothing can be made here. */
  onCreate?: (() => void) | undefined;
  /** For lists that come in pages. */
  paging?: { size: number; page: number; onChange: (page: number) => void };
  table: (items: readonly Item[]) => ReactNode;
  /** The dialogs of the page. */
  children?: ReactNode;
};

/** The page of one list: what it is for, how to make the first one, the table, its pages. */
export function ListPage<Item>(props: ListPageProps<Item>) {
  const { texts, icon: Icon, query, onCreate, paging, table, children } = props;
  const createButton = onCreate ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onCreate}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={query} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <EmptyState icon={<Icon size={28} />} {...texts.empty} actions={createButton} />
          ) : (
            <>
              {table(results)}
              {paging ? <Pager count={count} {...paging} /> : null}
            </>
          )
        }
      </QueryView>
      {children}
    </PageFrame>
  );
}
