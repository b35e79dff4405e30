import { useState } from "react";

type Open<Item> = { kind: "closed" } | { kind: "new" } | { kind: "edit"; item: Item };

export type Editing<Item> = {
  open: Open<Item>;
  create: () => void;
  edit: (item: Item) => void;
  close: () => void;
};

/** Which thing of a list is being changed, or whether a new one is being made. */
export function useEditing<Item>(): Editing<Item> {
  const [open, setOpen] = useState<Open<Item>>({ kind: "closed" });
  return {
    open,
    create: () => setOpen({ kind: "new" }),
    edit: (item) => setOpen({ kind: "edit", item }),
    close: () => setOpen({ kind: "closed" }),
  };
}
