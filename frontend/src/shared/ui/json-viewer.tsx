import { ScrollArea, Text } from "@mantine/core";
import { CopyButton } from "@/shared/ui/copy-button";
import { JsonNode } from "@/shared/ui/json-node";
import classes from "@/shared/ui/json-viewer.module.css";
import { uiTexts } from "@/shared/ui/texts";

type JsonViewerProps = {
  value: unknown;
  label: string;
  /** What is said when there is no value. */
  empty?: string;
  maxHeight?: number;
  /** The expression that gives this value: its fields can then be dragged into settings. */
  path?: string;
};

/** A JSON value as a tree that opens and closes; long lists open by the hundred. */
export function JsonViewer({
  value,
  label,
  empty = uiTexts.emptyValue,
  maxHeight = 420,
  path,
}: JsonViewerProps) {
  if (value === undefined || value === null) {
    return (
      <Text size="sm" c="dimmed">
        {empty}
      </Text>
    );
  }
  return (
    <section className={classes.viewer} aria-label={label}>
      <div className={classes.copy}>
        <CopyButton value={textOf(value)} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <ScrollArea.Autosize mah={maxHeight} type="auto" viewportProps={{ tabIndex: 0 }}>
        <div className={classes.tree}>
          <JsonNode value={value} depth={0} {...(path ? { path } : {})} />
        </div>
      </ScrollArea.Autosize>
    </section>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
