import { Button, Code, Stack, Text, Title } from "@mantine/core";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { FullPageMessage } from "@/app/full-page-message";
import { appTexts } from "@/app/texts";
import { messageOf } from "@/shared/ui/error-state";

/** Stands in for a page that broke, or whose code could not be loaded. */
export function RouteError() {
  const error = useRouteError();
  const message = isRouteErrorResponse(error) ? error.statusText : messageOf(error);
  return (
    <FullPageMessage>
      <Stack role="alert" align="flex-start">
        <Title order={1}>{appTexts.crashTitle}</Title>
        <Text>{appTexts.crashText}</Text>
        <Code block w="100%">
          {message}
        </Code>
        <Button onClick={() => window.location.reload()}>{appTexts.reload}</Button>
      </Stack>
    </FullPageMessage>
  );
}
