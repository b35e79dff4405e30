import { IconForms } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Form } from "@/features/forms/form-queries";
import { formListQuery } from "@/features/forms/form-queries";
import { FormTable } from "@/features/forms/form-table";
import { formTexts as texts } from "@/features/forms/texts";
import { useUrlFilters } from "@/shared/lib/use-url-filters";
import { useMay } from "@/shared/session/use-session";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";

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
  return (
    <ListPage
      texts={texts}
      icon={IconForms}
      query={forms}
      onCreate={mayManage ? () => setOpened({ form: null }) : undefined}
      paging={{
        size: PAGE_SIZE,
        page: filters.page,
        onChange: (page) => filters.set("page", String(page)),
      }}
      table={(results) => (
        <FormTable forms={results} mayManage={mayManage} onEdit={(form) => setOpened({ form })} />
      )}
    >
      <FormDialog opened={opened !== null} form={opened?.form ?? null} onClose={() => setOpened(null)} />
    </ListPage>
  );
}
