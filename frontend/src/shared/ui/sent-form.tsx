import type { ReactNode, SyntheticEvent } from "react";
import { useRef } from "react";
import { useShowFault } from "@/shared/ui/use-show-fault";

type SentFormProps = {
  isPending: boolean;
  onSubmit: (event: SyntheticEvent<HTMLFormElement>) => void;
  children: ReactNode;
};

/** A form that shows what is wrong with it when it was sent in vain. */
export function SentForm({ isPending, onSubmit, children }: SentFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const noteSent = useShowFault(form, isPending);
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    noteSent();
    onSubmit(event);
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      {children}
    </form>
  );
}
