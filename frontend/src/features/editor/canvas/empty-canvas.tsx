import { Text } from "@mantine/core";
import { IconDragDrop } from "@tabler/icons-react";
import classes from "@/features/editor/canvas/canvas.module.css";
import { texts } from "@/features/editor/texts";

/** What a workflow without steps shows. */
export function EmptyCanvas() {
  return (
    <div className={classes.empty}>
      <span className={classes.emptyIcon}>
        <IconDragDrop size={30} stroke={1.5} aria-hidden />
      </span>
      <Text fw={600} size="lg">
        {texts.canvas.emptyTitle}
      </Text>
      <Text c="dimmed" size="sm" maw={340}>
        {texts.canvas.emptyHint}
      </Text>
    </div>
  );
}
