import { Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "@/shared/ui/page-frame.module.css";

type PageFrameProps = {
  title: string;
  description?: ReactNode;
  /** The way back, above the title. */
  breadcrumb?: ReactNode;
  /** Beside the title, such as a status. */
  badge?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
};

/** The frame of every console page: title, what the page is for, actions on the right, content. */
export function PageFrame({ title, description, breadcrumb, badge, actions, children }: PageFrameProps) {
  useDocumentTitle(`${title} · Stepgraph`);
  return (
    <div className={classes.page}>
      {breadcrumb}
      <Group component="header" justify="space-between" align="flex-start" gap="md" mb="lg">
        <div className={classes.heading}>
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {badge}
          </Group>
          {description ? (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {description}
            </Text>
          ) : null}
        </div>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </div>
  );
}
