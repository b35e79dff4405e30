import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

type PlainModalProps = { opened: boolean; title: string; onClose: () => void; children: ReactNode };

/** A dialog in a file of its own, so that a page can load it with its first opening. */
export function PlainModal(props: PlainModalProps) {
  return <Modal {...props} />;
}
