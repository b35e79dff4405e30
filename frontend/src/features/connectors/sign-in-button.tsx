import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { z } from "zod";
import { connectorTexts } from "@/features/connectors/texts";
import { api } from "@/shared/api/client";
import type { Connector } from "@/shared/api/connector-queries";
import { notifyError } from "@/shared/ui/notify";

const texts = connectorTexts.signIn;
const addressSchema = z.object({ url: z.url() });

/** Leads to where a person signs in for the connector; the browser comes back by itself. */
export function SignInButton({ connector }: { connector: Connector }) {
  const start = useMutation({
    mutationFn: () => api.post(`/api/connectors/${connector.slug}/sign-in/`, {}, { schema: addressSchema }),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: (error) => notifyError({ title: texts.failed, error }),
  });
  return (
    <Button
      size="compact-sm"
      variant="light"
      aria-label={texts.of(connector.name)}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      {texts.button}
    </Button>
  );
}
