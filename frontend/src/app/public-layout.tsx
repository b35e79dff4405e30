import { Suspense } from "react";
import { Outlet } from "react-router";
import { FullPageMessage } from "@/app/full-page-message";
import classes from "@/app/public-layout.module.css";
import { appTexts } from "@/app/texts";
import { Logo } from "@/shared/ui/logo";

/** The frame of the pages that need no session: a card on a quiet background. */
export function PublicLayout() {
  return (
    <div className={classes.page}>
      <header className={classes.brand}>
        <Logo />
      </header>
      <main className={classes.card}>
        <Suspense fallback={<FullPageMessage busy={appTexts.starting} />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
