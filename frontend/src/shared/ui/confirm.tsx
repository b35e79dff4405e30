import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";
import { uiTexts } from "@/shared/ui/texts";

type Question = {
  title: string;
  message: ReactNode;
  /** The verb of the deed: “Delete workflow”, never “OK”. */
  confirmLabel: string;
  cancelLabel?: string;
  danger?: boolean;
};

/** Asks before something is done that cannot be undone; gives whether the person agreed. */
export function confirm({
  title,
  message,
  confirmLabel,
  cancelLabel = uiTexts.cancel,
  danger = false,
}: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: (
        <Text component="div" size="sm">
          {message}
        </Text>
      ),
      labels: { confirm: confirmLabel, cancel: cancelLabel },
      confirmProps: danger ? { color: "red" } : {},
      onConfirm: () => resolve(true),
      onClose: () => resolve(false),
    });
  });
}
