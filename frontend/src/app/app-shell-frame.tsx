import { ActionIcon } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMenu2 } from "@tabler/icons-react";
import { Suspense } from "react";
import { Link, Outlet, useMatches } from "react-router";
import classes from "@/app/app-shell-frame.module.css";
import { Banners } from "@/app/banners";
import { FullPageMessage } from "@/app/full-page-message";
import { Sidebar } from "@/app/sidebar";
import { appTexts } from "@/app/texts";
import type { Session } from "@/shared/api/schemas";
import { later } from "@/shared/ui/later";
import { Logo } from "@/shared/ui/logo";

const NavigationDrawer = later(
  async () => (await import("@/app/navigation-drawer")).NavigationDrawer,
  ({ opened }) => opened,
);

type AppShellFrameProps = { session: Session };

/** Navigation on the left, banners on top, the page in the rest. The editor gets a narrow rail and all the room. */
export function AppShellFrame({ session }: AppShellFrameProps) {
  const [drawerOpen, drawer] = useDisclosure(false);
  const fullBleed = useMatches().some(({ handle }) => isFullBleed(handle));
  const Content = fullBleed ? "div" : "main"; // the editor marks its own main part, between its panels
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        {appTexts.skip}
      </a>
      <aside className={classes.side} aria-label={appTexts.brand}>
        <Sidebar session={session} compact={fullBleed} />
      </aside>
      <NavigationDrawer opened={drawerOpen} session={session} onClose={drawer.close} />
      <div className={classes.column}>
        <header className={classes.mobileBar}>
          <ActionIcon onClick={drawer.open} aria-label={appTexts.openNavigation} size="lg">
            <IconMenu2 size={20} />
          </ActionIcon>
          <Link to="/start" aria-label={appTexts.home} className={classes.home}>
            <Logo />
          </Link>
        </header>
        <Banners />
        <Content
          id="content"
          tabIndex={fullBleed ? -1 : 0}
          className={classes.content}
          data-full-bleed={fullBleed}
        >
          <Suspense fallback={<FullPageMessage busy={appTexts.starting} />}>
            <Outlet />
          </Suspense>
        </Content>
      </div>
    </div>
  );
}

function isFullBleed(handle: unknown): boolean {
  return typeof handle === "object" && handle !== null && "fullBleed" in handle && handle.fullBleed === true;
}
