import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { texts as editorTexts } from "@/features/editor/texts";
import { api } from "@/shared/api/client";
import { testResultSchema } from "@/shared/api/connector-queries";

const texts = editorTexts.connector;

/** Tries a stored connector, and says what is wrong. */
export function TestConnector({ slug }: { slug: string }) {
  const test = useMutation({
    mutationFn: () => api.post(`/api/connectors/${slug}/test/`, {}, { schema: testResultSchema }),
  });
  const found = test.data;
  return (
    <Stack gap={4} align="flex-start">
      <Button size="compact-xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {texts.test}
      </Button>
      {found ? (
        <Text size="xs" c={found.ok ? "green" : "red"} role="status">
          {found.message} {found.hint}
        </Text>
      ) : null}
      {test.error ? (
        <Text size="xs" c="red" role="alert">
          {test.error.message}
        </Text>
      ) : null}
    </Stack>
  );
}
