import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

type TextLinkProps = { to: string; children: ReactNode; strong?: boolean };

/** From here on a text may be cut where it is shown in a list. */
const LONG = 50;

/** A link to another page of the app. */
export function TextLink({ to, children, strong = false }: TextLinkProps) {
  return (
    <Anchor
      inherit
      component={Link}
      to={to}
      title={typeof children === "string" && children.length > LONG ? children : undefined}
      fw={strong ? 600 : undefined}
      c={strong ? "var(--sg-text)" : undefined}
    >
      {children}
    </Anchor>
  );
}
