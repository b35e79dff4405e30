import { lazy, Suspense, useSyncExternalStore } from "react";
import { askedNow, listenForQuestions } from "@/shared/ui/confirm";
import { later } from "@/shared/ui/later";
import { listenForNotes, notesWanted } from "@/shared/ui/notify";

const Notifications = lazy(async () => ({ default: (await import("@mantine/notifications")).Notifications }));
const ConfirmDialog = later(
  async () => (await import("@/shared/ui/confirm-dialog")).ConfirmDialog,
  ({ question }) => question !== null,
);

/** Where notes and questions appear; their code comes with the first of them. */
export function Notifier() {
  const wanted = useSyncExternalStore(listenForNotes, notesWanted);
  const question = useSyncExternalStore(listenForQuestions, askedNow);
  return (
    <>
      <ConfirmDialog question={question} />
      {wanted ? (
        <Suspense>
          <Notifications position="bottom-right" />
        </Suspense>
      ) : null}
    </>
  );
}
