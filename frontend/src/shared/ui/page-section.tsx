import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

type PageSectionProps = { title: string; description?: string; actions?: ReactNode; children: ReactNode };

/** A part of a page under a heading of its own. */
export function PageSection({ title, description, actions, children }: PageSectionProps) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          {description ? (
            <Text size="sm" c="dimmed">
              {description}
            </Text>
          ) : null}
        </div>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
