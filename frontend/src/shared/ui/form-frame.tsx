import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode, SyntheticEvent } from "react";
import { useRef } from "react";
import { uiTexts } from "@/shared/ui/texts";
import { useShowFault } from "@/shared/ui/use-show-fault";

type FormFrameProps = {
  /** The verb of the deed: “Create webhook”, never “OK”. */
  submitLabel: string;
  isPending: boolean;
  onSubmit: (event: SyntheticEvent<HTMLFormElement>) => void;
  onCancel: () => void;
  children: ReactNode;
};

/** A form in a dialog: its fields one below the other, and the way out of it. */
export function FormFrame({ submitLabel, isPending, onSubmit, onCancel, children }: FormFrameProps) {
  const form = useRef<HTMLFormElement>(null);
  const noteSent = useShowFault(form, isPending);
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    noteSent();
    onSubmit(event);
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack>
        {children}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            {uiTexts.cancel}
          </Button>
          <Button type="submit" loading={isPending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
