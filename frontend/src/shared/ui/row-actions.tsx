import { ActionIcon, Group } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";

type RowActionsProps = {
  editLabel: string;
  removeLabel: string;
  onEdit: () => void;
  onRemove: () => void;
  /** Before the two that every row has. */
  children?: ReactNode;
};

/** At the end of a row: change it, delete it. */
export function RowActions({ editLabel, removeLabel, onEdit, onRemove, children }: RowActionsProps) {
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {children}
      <ActionIcon aria-label={editLabel} onClick={onEdit}>
        <IconPencil size={18} />
      </ActionIcon>
      <ActionIcon aria-label={removeLabel} onClick={onRemove}>
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}
