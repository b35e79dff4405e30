import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "@/shared/ui/empty-state.module.css";

type EmptyStateProps = {
  icon: ReactNode;
  title: string;
  description: ReactNode;
  actions?: ReactNode;
};

/** What a page shows while it has nothing: what would be here, and how to get it. */
export function EmptyState({ icon, title, description, actions }: EmptyStateProps) {
  return (
    <section className={classes.empty} aria-label={title}>
      <div className={classes.icon} aria-hidden="true">
        {icon}
      </div>
      <Title order={2}>{title}</Title>
      <Text component="div" c="dimmed" size="sm" maw={460}>
        {description}
      </Text>
      {actions ? (
        <Group gap="sm" justify="center" mt="xs">
          {actions}
        </Group>
      ) : null}
    </section>
  );
}
