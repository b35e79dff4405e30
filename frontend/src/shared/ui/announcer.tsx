import { VisuallyHidden } from "@mantine/core";

/** Tells screen readers what has changed, when it changes; nobody else sees it. */
export function Announcer({ text }: { text: string }) {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
