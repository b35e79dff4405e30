import { Modal, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ConnectorForm } from "@/features/connectors/connector-form";
import { connectorTexts as texts } from "@/features/connectors/texts";
import type { Connector, ConnectorType } from "@/shared/api/connector-queries";
import { connectorTypesQuery } from "@/shared/api/connector-queries";
import { QueryView } from "@/shared/ui/query-view";

const FAMILIES: Record<string, string> = texts.families;

type ConnectorDialogProps = {
  opened: boolean;
  /** The one to change; without it a new one is made. */
  connector: Connector | null;
  onClose: () => void;
};

export function ConnectorDialog({ opened, connector, onClose }: ConnectorDialogProps) {
  const title = connector ? texts.edit(connector.name) : texts.create;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      {opened ? <Inside connector={connector} onClose={onClose} /> : null}
    </Modal>
  );
}

function Inside({ connector, onClose }: { connector: Connector | null; onClose: () => void }) {
  const types = useQuery(connectorTypesQuery);
  const [chosen, setChosen] = useState<string | null>(connector?.type ?? null);
  return (
    <QueryView query={types} failed={texts.loadFailed}>
      {(all) => {
        const type = all.find((entry) => entry.type === chosen);
        return (
          <Stack>
            {connector ? null : (
              <Select
                label={texts.form.type}
                data={options(all)}
                value={chosen}
                onChange={setChosen}
                searchable
                allowDeselect={false}
                data-autofocus
              />
            )}
            {type ? (
              <>
                <Text size="sm" c="dimmed">
                  {type.help}
                </Text>
                <ConnectorForm
                  key={type.type}
                  type={type}
                  connector={connector}
                  onCancel={onClose}
                  onSaved={onClose}
                />
              </>
            ) : null}
          </Stack>
        );
      }}
    </QueryView>
  );
}

function options(types: readonly ConnectorType[]) {
  return Object.entries(FAMILIES).map(([family, group]) => ({
    group,
    items: types.filter((type) => type.family === family).map(({ type, label }) => ({ value: type, label })),
  }));
}
