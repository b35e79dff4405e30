import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import classes from "@/shared/ui/json-viewer.module.css";

const STEP = 100;
const OPEN_DEPTH = 2;

type JsonNodeProps = { name?: string; value: unknown; depth: number };

/** One value of the tree: a line, or a line that opens. */
export function JsonNode({ name, value, depth }: JsonNodeProps) {
  if (typeof value === "object" && value !== null) {
    return <JsonBranch name={name} entries={entriesOf(value)} isList={Array.isArray(value)} depth={depth} />;
  }
  return (
    <div className={classes.line}>
      <JsonName name={name} />
      <span className={classes.value} data-kind={value === null ? "null" : typeof value}>
        {typeof value === "string" ? (depth === 0 ? value : JSON.stringify(value)) : String(value)}
      </span>
    </div>
  );
}

type JsonBranchProps = {
  name?: string;
  entries: [string, unknown][];
  isList: boolean;
  depth: number;
};

function JsonBranch({ name, entries, isList, depth }: JsonBranchProps) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH && entries.length <= STEP);
  const [shown, setShown] = useState(STEP);
  const summary = isList ? `[ ${entries.length} ]` : `{ ${entries.length} }`;
  return (
    <div>
      <UnstyledButton className={classes.line} onClick={() => setOpen(!open)} aria-expanded={open}>
        <IconChevronRight size={13} aria-hidden className={classes.chevron} data-open={open} />
        <JsonName name={name} />
        <span className={classes.summary}>{summary}</span>
      </UnstyledButton>
      {open ? (
        <div className={classes.children}>
          {entries.slice(0, shown).map(([key, value]) => (
            <JsonNode key={key} name={key} value={value} depth={depth + 1} />
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

function JsonName({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className={classes.name}>{name}: </span>;
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value);
}
