import { VisuallyHidden } from "@mantine/core";
import type { MouseEvent as ReactMouseEvent, ReactNode } from "react";
import classes from "@/shared/ui/data-table.module.css";
import { uiTexts } from "@/shared/ui/texts";

export type Column<Row> = {
  key: string;
  /** Empty for the column of actions. */
  title: string;
  cell: (row: Row) => ReactNode;
  /** The first screen size at which the column is shown; without it always. */
  from?: "xs" | "sm" | "md";
  align?: "left" | "right";
};

export type Choice<Row> = {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  /** What a row is called: “Choose the job of …”. */
  label: (row: Row) => string;
  labelOfAll: string;
};

type DataTableProps<Row> = {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** With it each row can be chosen. */
  choice?: Choice<Row> | undefined;
  /** A click anywhere in a row is a click on its first link; for keys and screen readers the link stays the way. */
  opens?: boolean;
};

/** A list in columns; the less important ones give way on small screens. A plain table: every page has one. */
export function DataTable<Row>({ label, rows, columns, rowKey, choice, opens = false }: DataTableProps<Row>) {
  return (
    <div className={classes.frame}>
      <table aria-label={label} className={classes.table}>
        <thead>
          <tr>
            {choice ? <ChooseAll keys={rows.map(rowKey)} choice={choice} /> : null}
            {columns.map(({ key, title, from, align }) => (
              <th key={key} scope="col" className={visible(from)} align={align}>
                {title || <VisuallyHidden>{uiTexts.actions}</VisuallyHidden>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-opens={opens || undefined} onClick={opens ? openRow : undefined}>
              {choice ? <Choose row={row} id={rowKey(row)} choice={choice} /> : null}
              {columns.map(({ key, cell, from, align }, index) => (
                <td key={key} className={index === 0 ? classes.main : visible(from)} align={align}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const OWN_CLICK = "a, button, input, label, [role=menuitem], [role=dialog]";

/** Clicks the row's link, with the keys that were held; not where the row has controls, nor after marking its text. */
function openRow(event: ReactMouseEvent<HTMLTableRowElement>): void {
  const { target, currentTarget: row, ctrlKey, metaKey, shiftKey } = event;
  const isOutside = target instanceof Node && !row.contains(target); // what the row shows elsewhere, such as a dialog
  const hasOwn = target instanceof Element && target.closest(OWN_CLICK) !== null;
  if (isOutside || hasOwn || window.getSelection()?.toString()) return;
  row
    .querySelector("a")
    ?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
}

/** The component library's own class for it. */
function visible(from: Column<unknown>["from"]): string | undefined {
  return from && `mantine-visible-from-${from}`;
}

function ChooseAll<Row>({ keys, choice }: { keys: readonly string[]; choice: Choice<Row> }) {
  const { chosen, onChange, labelOfAll } = choice;
  const count = keys.filter((key) => chosen.has(key)).length;
  return (
    <th scope="col" className={classes.choice}>
      <input
        type="checkbox"
        aria-label={labelOfAll}
        checked={keys.length > 0 && count === keys.length}
        ref={(box) => {
          if (box) box.indeterminate = count > 0 && count < keys.length;
        }}
        onChange={({ currentTarget }) => onChange(new Set(currentTarget.checked ? keys : []))}
      />
    </th>
  );
}

function Choose<Row>({ row, id, choice }: { row: Row; id: string; choice: Choice<Row> }) {
  const { chosen, onChange, label } = choice;
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <td className={classes.choice}>
      <input type="checkbox" aria-label={label(row)} checked={chosen.has(id)} onChange={toggle} />
    </td>
  );
}
