import { Center, Loader, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

type FullPageMessageProps = { busy?: string; children?: ReactNode };

/** A message on an otherwise empty page, or a sign of life while something is on its way. */
export function FullPageMessage({ busy, children }: FullPageMessageProps) {
  return (
    <Center component="main" mih="100dvh" p="lg">
      <Stack maw={560} w="100%" align={busy ? "center" : "stretch"}>
        {busy ? (
          <Stack align="center" gap="sm" role="status">
            <Loader size="sm" aria-hidden />
            <Text size="sm" c="dimmed">
              {busy}
            </Text>
          </Stack>
        ) : null}
        {children}
      </Stack>
    </Center>
  );
}
