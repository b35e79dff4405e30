import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import type { Editing } from "@/shared/ui/use-editing";

type EditModalProps<Item> = {
  editing: Editing<Item>;
  title: (item: Item | null) => string;
  /** The form: for the item, or for a new one. */
  children: (item: Item | null) => ReactNode;
};

/** The dialog in which a thing of a list is made or changed. */
export function EditModal<Item>({ editing: { open, close }, title, children }: EditModalProps<Item>) {
  const item = open.kind === "edit" ? open.item : null;
  return (
    <Modal opened={open.kind !== "closed"} onClose={close} title={title(item)}>
      {open.kind === "closed" ? null : children(item)}
    </Modal>
  );
}
