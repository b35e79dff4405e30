import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode, SyntheticEvent } from "react";
import { SentForm } from "@/shared/ui/sent-form";
import { uiTexts } from "@/shared/ui/texts";

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
  return (
    <SentForm isPending={isPending} onSubmit={onSubmit}>
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
    </SentForm>
  );
}
