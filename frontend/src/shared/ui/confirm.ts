import type { ReactNode } from "react";

export type Question = {
  title: string;
  message: ReactNode;
  /** The verb of the deed: “Delete workflow”, never “OK”. */
  confirmLabel: string;
  cancelLabel?: string;
  danger?: boolean;
};

type Asked = { question: Question; answer: (agreed: boolean) => void };

let asked: Asked | null = null;
const listeners = new Set<() => void>();

/** Asks before something is done that cannot be undone; gives whether the person agreed. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    tell({ question, answer: resolve });
  });
}

/** What is being asked. */
export function askedNow(): Question | null {
  return asked?.question ?? null;
}

/** The person's answer to it. */
export function answer(agreed: boolean): void {
  asked?.answer(agreed);
  tell(null);
}

/** Calls whenever a question comes or goes; gives the way to stop listening. */
export function listenForQuestions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}
