import { Group, ScrollArea, SegmentedControl, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Shape } from "@/shared/lib/data-shape";
import { columnsOf, shapeOf } from "@/shared/lib/data-shape";
import { JsonViewer } from "@/shared/ui/json-viewer";
import { uiTexts } from "@/shared/ui/texts";
import classes from "@/shared/ui/value-view.module.css";

type Look = "tree" | "table" | "schema" | "text";
type ValueViewProps = {
  value: unknown;
  label: string;
  /** The expression that gives this value, so that its fields can be dragged into settings. */
  path?: string;
};

const MOST_ROWS = 200;

/** A value in the form that suits it: tree, table, the types of its fields, or plain text. */
export function ValueView({ value, label, path }: ValueViewProps) {
  const columns = columnsOf(value);
  const looks: Look[] = [...(columns ? (["table"] as const) : []), "tree", "schema", "text"];
  const [chosen, setChosen] = useState<Look | null>(null);
  const look = chosen && looks.includes(chosen) ? chosen : "tree";
  if (value === null || value === undefined || typeof value !== "object") {
    return <JsonViewer value={value} label={label} {...(path ? { path } : {})} />;
  }
  return (
    <div>
      <Group justify="flex-end" mb={4}>
        <SegmentedControl
          size="xs"
          aria-label={uiTexts.dataLook(label)}
          value={look}
          onChange={(next) => setChosen(looks.find((one) => one === next) ?? null)}
          data={looks.map((one) => ({ value: one, label: uiTexts.dataLooks[one] }))}
        />
      </Group>
      <Content look={look} columns={columns ?? []} value={value} label={label} {...(path ? { path } : {})} />
    </div>
  );
}

type ContentProps = ValueViewProps & { look: Look; columns: readonly string[] };

function Content({ look, columns, value, label, path }: ContentProps) {
  switch (look) {
    case "table":
      return <DataTable rows={Array.isArray(value) ? value : []} columns={columns} label={label} />;
    case "schema":
      return (
        <section className={classes.box} aria-label={label}>
          <ShapeList shapes={shapeOf(value).children} title={shapeOf(value).type} />
        </section>
      );
    case "text":
      return (
        <section className={classes.box} aria-label={label}>
          <pre className={classes.text}>{JSON.stringify(value, null, 2)}</pre>
        </section>
      );
    case "tree":
      return <JsonViewer value={value} label={label} {...(path ? { path } : {})} />;
    default:
      return look satisfies never;
  }
}

type DataTableProps = { rows: readonly unknown[]; columns: readonly string[]; label: string };

function DataTable({ rows, columns, label }: DataTableProps) {
  return (
    <ScrollArea.Autosize mah={420} type="auto" className={classes.box} viewportProps={{ tabIndex: 0 }}>
      <Table stickyHeader withColumnBorders fz="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, MOST_ROWS).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of data have nothing else that tells them apart
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column}>{cellText(row, column)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > MOST_ROWS ? (
        <Text size="xs" c="dimmed" p={6}>
          {uiTexts.moreRows(rows.length - MOST_ROWS)}
        </Text>
      ) : null}
    </ScrollArea.Autosize>
  );
}

function cellText(row: unknown, column: string): string {
  const value =
    typeof row === "object" && row !== null ? new Map(Object.entries(row)).get(column) : undefined;
  if (value === undefined || value === null) {
    return "";
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function ShapeList({ shapes, title }: { shapes: readonly Shape[]; title: string }) {
  return (
    <>
      <span className={classes.type}>{title}</span>
      {shapes.length > 0 ? (
        <ul className={classes.shapes}>
          {shapes.map((shape) => (
            <li key={shape.name}>
              {shape.name}
              {shape.isOptional ? "?" : ""}: <ShapeList shapes={shape.children} title={shape.type} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
