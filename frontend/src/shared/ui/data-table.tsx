import { Paper, Table, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
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

type DataTableProps<Row> = {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
};

/** A list in columns; the less important ones give way on small screens. */
export function DataTable<Row>({ label, rows, columns, rowKey }: DataTableProps<Row>) {
  return (
    <Paper className={classes.frame}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, title, from, align }) => (
              <Table.Th key={key} visibleFrom={from} ta={align}>
                {title || <VisuallyHidden>{uiTexts.actions}</VisuallyHidden>}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)} className={classes.row}>
              {columns.map(({ key, cell, from, align }) => (
                <Table.Td key={key} visibleFrom={from} ta={align}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
