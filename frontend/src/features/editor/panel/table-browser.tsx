import { Accordion, Alert, Button, Group, Loader, Stack, Text, TextInput } from "@mantine/core";
import { IconKey, IconTable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import type { Step } from "@/features/editor/model/definition";
import classes from "@/features/editor/panel/panel.module.css";
import { stepTexts } from "@/features/editor/panel/texts";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCanEdit, selectEdit } from "@/features/editor/store/selectors";
import { api } from "@/shared/api/client";
import { CopyButton } from "@/shared/ui/copy-button";

const texts = stepTexts.sql;
const MOST = 100;
const columnSchema = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean().nullish(),
  primary_key: z.boolean().nullish(),
});
const tableSchema = z.object({ name: z.string(), kind: z.string(), columns: z.array(columnSchema) });
const tablesSchema = z.object({ tables: z.array(tableSchema) });
type Table = z.infer<typeof tableSchema>;

/** The tables of a database connector with their columns; a query begins from one with a click. */
export function TableBrowser({ step, connector }: { step: Step; connector: string }) {
  const [search, setSearch] = useState("");
  const found = useQuery({
    queryKey: ["connectors", connector, "tables"],
    queryFn: ({ signal }) =>
      api.get(`/api/connectors/${connector}/tables/`, { schema: tablesSchema, signal }),
    retry: false,
    staleTime: 60_000,
  });
  if (found.error) {
    return (
      <Alert color="red" p="xs">
        <Text size="xs">{found.error.message}</Text>
      </Alert>
    );
  }
  if (!found.data) {
    return <Loader size="sm" aria-label={texts.loading} />;
  }
  const word = search.trim().toLowerCase();
  const tables = found.data.tables.filter(
    (table) =>
      table.name.toLowerCase().includes(word) ||
      table.columns.some(({ name }) => name.toLowerCase().includes(word)),
  );
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        aria-label={texts.search}
        placeholder={texts.search}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {tables.length === 0 ? (
        <Text size="sm" c="dimmed">
          {texts.nothing}
        </Text>
      ) : (
        <Accordion variant="contained" chevronPosition="left">
          {tables.slice(0, MOST).map((table) => (
            <Accordion.Item key={table.name} value={table.name}>
              <Accordion.Control icon={<IconTable size={15} aria-hidden />}>
                <Text size="sm">{table.name}</Text>
              </Accordion.Control>
              <Accordion.Panel>
                <Columns step={step} table={table} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Stack>
  );
}

function Columns({ step, table }: { step: Step; table: Table }) {
  const edit = useEditor(selectEdit);
  const canEdit = useEditor(selectCanEdit);
  const isEmpty = !step.config?.query;
  const select = selectOf(table);
  return (
    <Stack gap="xs">
      <table className={classes.columnList}>
        <tbody>
          {table.columns.map((column) => (
            <tr key={column.name}>
              <th scope="row">
                {column.name}
                {column.primary_key ? <IconKey size={12} aria-label={texts.key} /> : null}
              </th>
              <td>
                {column.type.toLowerCase()}
                {column.nullable === false ? ` · ${texts.required}` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Group gap="xs">
        {canEdit && isEmpty ? (
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => edit({ kind: "update_config", id: step.id, field: "query", value: select })}
          >
            {texts.begin}
          </Button>
        ) : null}
        <CopyButton value={select} label={texts.copy} />
      </Group>
    </Stack>
  );
}

function selectOf({ name, columns }: Table): string {
  const names = columns.map((column) => quoted(column.name)).join(", ");
  const table = name.split(".").map(quoted).join(".");
  return `SELECT ${names || "*"}\nFROM ${table}\nLIMIT 100`;
}

/** A plain name stands as it is; the standard's quotes are for the others. */
function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`;
}
