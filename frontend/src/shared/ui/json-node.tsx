import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { dragPath, joinPath } from "@/shared/lib/data-path";
import classes from "@/shared/ui/json-viewer.module.css";

const STEP = 100;
const OPEN_DEPTH = 2;

type JsonNodeProps = { name?: string; value: unknown; depth: number; path?: string };

/** One value of the tree: a line, or a line that opens. */
export function JsonNode({ name, value, depth, path }: JsonNodeProps) {
  if (typeof value === "object" && value !== null) {
    return (
      <JsonBranch
        name={name}
        entries={entriesOf(value)}
        isList={Array.isArray(value)}
        depth={depth}
        path={path}
      />
    );
  }
  return (
    <div className={classes.line}>
      <JsonName name={name} path={path} />
      <span className={classes.value} data-kind={value === null ? "null" : typeof value}>
        {typeof value === "string" ? (depth === 0 ? value : JSON.stringify(value)) : String(value)}
      </span>
    </div>
  );
}

type JsonBranchProps = {
  name: string | undefined;
  entries: [string, unknown][];
  isList: boolean;
  depth: number;
  path: string | undefined;
};

function JsonBranch({ name, entries, isList, depth, path }: JsonBranchProps) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH && entries.length <= STEP);
  const [shown, setShown] = useState(STEP);
  const summary = isList ? `[ ${entries.length} ]` : `{ ${entries.length} }`;
  return (
    <div>
      <UnstyledButton className={classes.line} onClick={() => setOpen(!open)} aria-expanded={open}>
        <IconChevronRight size={13} aria-hidden className={classes.chevron} data-open={open} />
        <JsonName name={name} path={path} />
        <span className={classes.summary}>{summary}</span>
      </UnstyledButton>
      {open ? (
        <div className={classes.children}>
          {entries.slice(0, shown).map(([key, value]) => (
            <JsonNode
              key={key}
              name={key}
              value={value}
              depth={depth + 1}
              {...(path === undefined ? {} : { path: joinPath(path, key, isList) })}
            />
          ))}
          {entries.length > shown ? (
            <UnstyledButton className={classes.more} onClick={() => setShown(shown + STEP)}>
              Show {Math.min(STEP, entries.length - shown)} more of {entries.length}
            </UnstyledButton>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

/** With a path it can be dragged into a setting, where it becomes the expression of this very value. */
function JsonName({ name, path }: { name: string | undefined; path: string | undefined }) {
  if (name === undefined) {
    return null;
  }
  return path === undefined ? (
    <span className={classes.name}>{name}: </span>
  ) : (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is for pointers; by keyboard, expressions complete names
    <span
      className={classes.name}
      title={path}
      draggable
      onDragStart={(event) => dragPath(event.dataTransfer, path)}
    >
      {name}:{" "}
    </span>
  );
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value);
}
