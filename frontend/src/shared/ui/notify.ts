import type { NotificationData } from "@mantine/notifications";
import type { ReactNode } from "react";
import { messageOf } from "@/shared/ui/error-state";

/** Says in a corner that something is done. */
export function notifyDone(message: string): void {
  void show({ message, color: "green", autoClose: 4000 });
}

/** Says in a corner that something did not work; stays until it is closed. */
export function notifyError({ title, error }: { title: string; error: unknown }): void {
  void show({ title, message: messageOf(error), color: "red", autoClose: false });
}

/** Says in a corner what the person should know about a small failure. */
export function notifyFailure(message: string): void {
  void show({ message, color: "red" });
}

/** Says in a corner what holds until it is closed, dismissed or told otherwise; the same `id` is shown once. */
export function notifyStanding(note: { id: string; title: string; message: ReactNode }): void {
  void show({ ...note, color: "yellow", autoClose: false });
}

/** Takes a note away whose matter is settled. */
export function dismissNote(id: string): void {
  if (wanted) void import("@mantine/notifications").then(({ notifications }) => notifications.hide(id));
}

let wanted = false;
const listeners = new Set<() => void>();

/** Whether there ever was a note. */
export function notesWanted(): boolean {
  return wanted;
}

/** Calls when the first note comes; gives the way to stop listening. */
export function listenForNotes(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function show(note: NotificationData): Promise<void> {
  wanted = true;
  for (const listener of listeners) listener();
  const { notifications } = await import("@mantine/notifications");
  notifications.show(note);
}
