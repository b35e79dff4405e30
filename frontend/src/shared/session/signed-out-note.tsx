import { Anchor } from "@mantine/core";
import { dismissNote, notifyStanding } from "@/shared/ui/notify";
import { uiTexts } from "@/shared/ui/texts";

const texts = uiTexts.signedOut;
const ID = "signed-out";

/** Says how to go on without losing what is not saved: the page stays, signing in happens in another tab. */
export function noteSignedOut(): void {
  const link = (
    <Anchor href="/sign-in" target="_blank" rel="noopener" inherit>
      {texts.link}
    </Anchor>
  );
  const message = (
    <>
      {link}
      {texts.after}
    </>
  );
  notifyStanding({ id: ID, title: texts.title, message });
}

/** A save that went through shows that somebody is signed in again. */
export function dropSignedOutNote(): void {
  dismissNote(ID);
}
