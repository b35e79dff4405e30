import type { RefObject } from "react";
import { useEffect, useRef } from "react";

const FAULT = "[role=alert], [aria-invalid=true]";

/**
 * Brings the first thing that is wrong with a form into view once it was sent in vain: in a long dialog it is far from
 * the button. Gives what to call when the form is sent.
 */
export function useShowFault(form: RefObject<HTMLFormElement | null>, isPending: boolean): () => void {
  const wasSent = useRef(false);
  // After every drawing: nobody can say with which of them the answer's errors come.
  useEffect(() => {
    const fault = wasSent.current && !isPending ? form.current?.querySelector<HTMLElement>(FAULT) : null;
    if (!fault) return;
    wasSent.current = false;
    fault.scrollIntoView({ block: "center" }); // the head of a dialog covers what is just below its top
    if (fault.matches("input, textarea, select")) fault.focus({ preventScroll: true });
  });
  return () => {
    wasSent.current = true;
  };
}
