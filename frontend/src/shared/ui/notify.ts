import { notifications } from "@mantine/notifications";
import { messageOf } from "@/shared/ui/error-state";

/** Says in a corner that something is done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: "green", autoClose: 4000 });
}

/** Says in a corner that something did not work; stays until it is closed. */
export function notifyError({ title, error }: { title: string; error: unknown }): void {
  notifications.show({ title, message: messageOf(error), color: "red", autoClose: false });
}
