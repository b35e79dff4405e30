import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

type TextLinkProps = { to: string; children: ReactNode; strong?: boolean };

/** A link to another page of the app. */
export function TextLink({ to, children, strong = false }: TextLinkProps) {
  return (
    <Anchor
      inherit
      component={Link}
      to={to}
      fw={strong ? 600 : undefined}
      c={strong ? "var(--sg-text)" : undefined}
    >
      {children}
    </Anchor>
  );
}
