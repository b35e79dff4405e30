import { Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

type PublicPageProps = { title: string; intro: ReactNode; children: ReactNode };

export function PublicPage({ title, intro, children }: PublicPageProps) {
  useDocumentTitle(`${title} · Stepgraph`);
  return (
    <>
      <Title order={1}>{title}</Title>
      <Text component="div" size="sm" c="dimmed" mt={4} mb="lg">
        {intro}
      </Text>
      {children}
    </>
  );
}
