import type { ReactNode } from "react";
import { later } from "@/shared/ui/later";
import type { Editing } from "@/shared/ui/use-editing";

const PlainModal = later(
  async () => (await import("@/shared/ui/plain-modal")).PlainModal,
  ({ opened }) => opened,
);

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
    <PlainModal opened={open.kind !== "closed"} onClose={close} title={title(item)}>
      {open.kind === "closed" ? null : children(item)}
    </PlainModal>
  );
}
