import { useDisclosure } from "@mantine/hooks";
import { IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { apiKeyListQuery } from "@/features/api-keys/api-key-queries";
import { ApiKeyTable } from "@/features/api-keys/api-key-table";
import { apiKeyTexts as texts } from "@/features/api-keys/texts";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";

const ApiKeyDialog = later(
  async () => (await import("@/features/api-keys/api-key-dialog")).ApiKeyDialog,
  ({ opened }) => opened,
);

export function ApiKeysPage() {
  const [creating, dialog] = useDisclosure(false);
  return (
    <ListPage
      texts={texts}
      icon={IconKey}
      query={useQuery(apiKeyListQuery)}
      onCreate={dialog.open}
      table={(apiKeys) => <ApiKeyTable apiKeys={apiKeys} />}
    >
      <ApiKeyDialog opened={creating} onClose={dialog.close} />
    </ListPage>
  );
}
