import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { apiKeyListQuery } from "@/features/api-keys/api-key-queries";
import { ApiKeyTable } from "@/features/api-keys/api-key-table";
import { apiKeyTexts as texts } from "@/features/api-keys/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";

const ApiKeyDialog = later(
  async () => (await import("@/features/api-keys/api-key-dialog")).ApiKeyDialog,
  ({ opened }) => opened,
);

export function ApiKeysPage() {
  const keys = useQuery(apiKeyListQuery);
  const [creating, dialog] = useDisclosure(false);
  const createButton = (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      {texts.create}
    </Button>
  );
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={keys} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <ApiKeyTable apiKeys={results} />
          ) : (
            <EmptyState
              icon={<IconKey size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          )
        }
      </QueryView>
      <ApiKeyDialog opened={creating} onClose={dialog.close} />
    </PageFrame>
  );
}
