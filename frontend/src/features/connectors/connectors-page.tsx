import { Button } from "@mantine/core";
import { IconPlug, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ConnectorTable } from "@/features/connectors/connector-table";
import { useSignedIn } from "@/features/connectors/signing-in";
import { connectorTexts as texts } from "@/features/connectors/texts";
import type { Connector } from "@/shared/api/connector-queries";
import { connectorListQuery } from "@/shared/api/connector-queries";
import { useMay } from "@/shared/session/use-session";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";

const ConnectorDialog = later(
  async () => (await import("@/features/connectors/connector-dialog")).ConnectorDialog,
  ({ opened }) => opened,
);

type Open = { kind: "closed" } | { kind: "new" } | { kind: "edit"; connector: Connector };

export function ConnectorsPage() {
  const connectors = useQuery(connectorListQuery);
  const [open, setOpen] = useState<Open>({ kind: "closed" });
  const mayManage = useMay("connector.manage");
  useSignedIn();
  const createButton = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: "new" })}>
      {texts.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={texts.title} description={texts.description} actions={createButton}>
      <QueryView query={connectors} failed={texts.loadFailed}>
        {({ results }) =>
          results.length ? (
            <ConnectorTable
              connectors={results}
              mayManage={mayManage}
              onEdit={(connector) => setOpen({ kind: "edit", connector })}
            />
          ) : (
            <EmptyState
              icon={<IconPlug size={28} />}
              title={texts.empty.title}
              description={texts.empty.description}
              actions={createButton}
            />
          )
        }
      </QueryView>
      <ConnectorDialog
        opened={open.kind !== "closed"}
        connector={open.kind === "edit" ? open.connector : null}
        onClose={() => setOpen({ kind: "closed" })}
      />
    </PageFrame>
  );
}
