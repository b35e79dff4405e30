import { Button } from "@mantine/core";
import { IconForms, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Form } from "@/features/forms/form-queries";
import { formListQuery } from "@/features/forms/form-queries";
import { FormTable } from "@/features/forms/form-table";
import { formTexts as texts } from "@/features/forms/texts";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { Pager } from "@/shared/ui/pager";
import { QueryView } from "@/shared/ui/query-view";

const FormDialog = later(
  async () => (await import("@/features/forms/form-dialog")).FormDialog,
  ({ opened }) => opened,
);

const PAGE_SIZE = 50;
const FILTERS = ["page"] as const;

export function FormsPage() {
  const filters = useUrlFilters(FILTERS);
  const mayManage = useMay("form.manage");
  const [opened, setOpened] = useState<{ form: Form | null } | null>(null);
  const forms = useQuery({
    ...formListQuery({ limit: PAGE_SIZE, offset: (filters.page - 1) * PAGE_SIZE }),
    placeholderData: keepPreviousData,
  });
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened({ form: null })}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={forms} failed={texts.loadFailed}>
        {({ results, count }) =>
          count === 0 ? (
            <EmptyState
              icon={<IconForms size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          ) : (
            <>
              <FormTable forms={results} mayManage={mayManage} onEdit={(form) => setOpened({ form })} />
              <Pager
                count={count}
                size={PAGE_SIZE}
                page={filters.page}
                onChange={(page) => filters.set("page", String(page))}
              />
            </>
          )
        }
      </QueryView>
      <FormDialog opened={opened !== null} form={opened?.form ?? null} onClose={() => setOpened(null)} />
    </PageFrame>
  );
}
