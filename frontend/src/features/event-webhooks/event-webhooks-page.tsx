import { IconBroadcast } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Endpoint } from "@/features/event-webhooks/endpoint-queries";
import { endpointListQuery } from "@/features/event-webhooks/endpoint-queries";
import { EndpointTable } from "@/features/event-webhooks/endpoint-table";
import { eventWebhookTexts as texts } from "@/features/event-webhooks/texts";
import { useMay } from "@/shared/session/use-session";
import { EditModal } from "@/shared/ui/edit-modal";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";
import { useEditing } from "@/shared/ui/use-editing";

const EndpointForm = later(
  async () => (await import("@/features/event-webhooks/endpoint-form")).EndpointForm,
  () => true,
);
const DeliveriesDrawer = later(
  async () => (await import("@/features/event-webhooks/deliveries-drawer")).DeliveriesDrawer,
  ({ endpoint }) => endpoint !== null,
);
const SecretDialog = later(
  async () => (await import("@/shared/ui/secret-dialog")).SecretDialog,
  ({ secret }) => secret !== "",
);

export function EventWebhooksPage() {
  const mayManage = useMay("webhook.manage");
  const editing = useEditing<Endpoint>();
  const [secret, setSecret] = useState("");
  const [shown, setShown] = useState<Endpoint | null>(null);
  const made = (endpoint: Endpoint) => {
    editing.close();
    setSecret(endpoint.secret ?? "");
  };
  return (
    <ListPage
      texts={texts}
      icon={IconBroadcast}
      query={useQuery(endpointListQuery)}
      onCreate={mayManage ? editing.create : undefined}
      table={(endpoints) => (
        <EndpointTable
          endpoints={endpoints}
          mayManage={mayManage}
          onEdit={editing.edit}
          onDeliveries={setShown}
        />
      )}
    >
      <EditModal editing={editing} title={(endpoint) => (endpoint ? texts.edit(endpoint.url) : texts.create)}>
        {(endpoint) => <EndpointForm endpoint={endpoint} onClose={editing.close} onMade={made} />}
      </EditModal>
      <DeliveriesDrawer endpoint={shown} onClose={() => setShown(null)} />
      <SecretDialog secret={secret} texts={texts.made} onClose={() => setSecret("")} />
    </ListPage>
  );
}
