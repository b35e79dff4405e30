import { ScrollArea, Text } from "@mantine/core";
import { CopyButton } from "@/shared/ui/copy-button";
import classes from "@/shared/ui/log-view.module.css";

type LogViewProps = { text: string | null | undefined; label: string; empty: string; maxHeight?: number };

/** What steps have written, line by line. */
export function LogView({ text, label, empty, maxHeight = 320 }: LogViewProps) {
  if (!text) {
    return (
      <Text size="sm" c="dimmed">
        {empty}
      </Text>
    );
  }
  return (
    <section className={classes.log} aria-label={label}>
      <div className={classes.copy}>
        <CopyButton value={text} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <ScrollArea.Autosize mah={maxHeight} type="auto" viewportProps={{ tabIndex: 0 }}>
        <pre className={classes.text}>{text}</pre>
      </ScrollArea.Autosize>
    </section>
  );
}
