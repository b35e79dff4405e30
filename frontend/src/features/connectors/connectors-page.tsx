import { IconPlug } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ConnectorTable } from "@/features/connectors/connector-table";
import { useSignedIn } from "@/features/connectors/signing-in";
import { connectorTexts as texts } from "@/features/connectors/texts";
import type { Connector } from "@/shared/api/connector-queries";
import { connectorListQuery } from "@/shared/api/connector-queries";
import { useMay } from "@/shared/session/use-session";
import { later } from "@/shared/ui/later";
import { ListPage } from "@/shared/ui/list-page";

const ConnectorDialog = later(
  async () => (await import("@/features/connectors/connector-dialog")).ConnectorDialog,
  ({ opened }) => opened,
);

type Open = { kind: "closed" } | { kind: "new" } | { kind: "edit"; connector: Connector };

export function ConnectorsPage() {
  const [open, setOpen] = useState<Open>({ kind: "closed" });
  const mayManage = useMay("connector.manage");
  useSignedIn();
  return (
    <ListPage
      texts={texts}
      icon={IconPlug}
      query={useQuery(connectorListQuery)}
      onCreate={mayManage ? () => setOpen({ kind: "new" }) : undefined}
      table={(connectors) => (
        <ConnectorTable
          connectors={connectors}
          mayManage={mayManage}
          onEdit={(connector) => setOpen({ kind: "edit", connector })}
        />
      )}
    >
      <ConnectorDialog
        opened={open.kind !== "closed"}
        connector={open.kind === "edit" ? open.connector : null}
        onClose={() => setOpen({ kind: "closed" })}
      />
    </ListPage>
  );
}
