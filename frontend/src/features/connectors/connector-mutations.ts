import { useMutation, useQueryClient } from "@tanstack/react-query";
import { connectorTexts } from "@/features/connectors/texts";
import { api } from "@/shared/api/client";
import type { Connector } from "@/shared/api/connector-queries";
import { connectorSchema, connectorsKey, testResultSchema } from "@/shared/api/connector-queries";
import type { JsonObject } from "@/shared/lib/json";
import { confirm } from "@/shared/ui/confirm";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = connectorTexts.remove;

type Settings = { name: string; slug: string | undefined; type: string; config: JsonObject };

/** Makes a connector, or changes the one that is given. */
export function useSaveConnector(connector: Connector | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ type, ...settings }: Settings) =>
      connector
        ? api.patch(`/api/connectors/${connector.id}/`, settings, { schema: connectorSchema })
        : api.post("/api/connectors/", { ...settings, type }, { schema: connectorSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: connectorsKey }),
  });
}

type Candidate = { type: string; config: JsonObject; connector: string };

/** Tries settings before they are saved; secrets that are not entered again are those of the stored connector. */
export function useTestConnector() {
  return useMutation({
    mutationFn: (candidate: Candidate) =>
      api.post("/api/connectors/test/", candidate, { schema: testResultSchema }),
  });
}

/** Deletes after asking, and says which workflows would miss it. */
export function useDeleteConnector() {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: Connector) => api.delete(`/api/connectors/${id}/`, { query: { force: true } }),
    onSuccess: () => notifyDone(texts.done),
    onError: (error) => notifyError({ title: texts.failed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: connectorsKey }),
  });
  return async (connector: Connector) => {
    const users = connector.used_by.map(({ name }) => name).join(", ");
    const agreed = await confirm({
      title: texts.title,
      message: [texts.message(connector.name), users && texts.used(users)].join(" "),
      confirmLabel: texts.confirm,
      danger: true,
    });
    if (agreed) remove.mutate(connector);
  };
}
