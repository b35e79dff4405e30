import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconDatabaseSearch, IconSql } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import type { Step } from "@/features/editor/model/definition";
import { useExpressionScope } from "@/features/editor/panel/expression-scope";
import classes from "@/features/editor/panel/panel.module.css";
import { TableBrowser } from "@/features/editor/panel/table-browser";
import { stepTexts } from "@/features/editor/panel/texts";
import { api } from "@/shared/api/client";
import { connectorListQuery } from "@/shared/api/connector-queries";
import { jsonSchema } from "@/shared/api/schemas";

const texts = stepTexts.sql;
const STYLES = new Set(["sqlite", "postgresql", "mysql", "mssql"]);
const previewSchema = z.union([
  z.object({ statement: z.string(), parameters: z.array(jsonSchema) }),
  z.object({ error: z.string(), hint: z.string().nullish() }),
]);

/** The statement as the database gets it, and what there is to ask for. */
export function SqlTools({ step }: { step: Step }) {
  const [open, setOpen] = useState<"sql" | "tables" | null>(null);
  const connector = typeof step.config?.connector === "string" ? step.config.connector : "";
  const toggle = (what: "sql" | "tables") => setOpen(open === what ? null : what);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconSql size={14} aria-hidden />}
          aria-expanded={open === "sql"}
          onClick={() => toggle("sql")}
        >
          {texts.show}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDatabaseSearch size={14} aria-hidden />}
          aria-expanded={open === "tables"}
          disabled={!connector}
          onClick={() => toggle("tables")}
        >
          {texts.tables}
        </Button>
      </Group>
      {open === "sql" ? <GeneratedSql step={step} connector={connector} /> : null}
      {open === "tables" && connector ? <TableBrowser step={step} connector={connector} /> : null}
    </Stack>
  );
}

function GeneratedSql({ step, connector }: { step: Step; connector: string }) {
  const body = usePreviewBody(step, connector);
  const shown = useQuery({
    queryKey: ["sql", body],
    queryFn: ({ signal }) => api.post("/api/steps/preview-sql/", body, { schema: previewSchema, signal }),
    enabled: body.query !== "",
    retry: false,
    placeholderData: keepPreviousData,
  });
  const failure = shown.error?.message ?? (shown.data && "error" in shown.data ? fault(shown.data) : null);
  if (body.query === "" || failure) {
    return (
      <Alert color={failure ? "red" : "gray"} p="xs">
        <Text size="xs">{failure ?? texts.empty}</Text>
      </Alert>
    );
  }
  return shown.data && "statement" in shown.data ? <Statement {...shown.data} /> : null;
}

/** The query with the values that it names, in the dialect of its connector. */
function usePreviewBody({ config }: Step, connector: string) {
  const { values } = useExpressionScope();
  const type = useQuery(connectorListQuery).data?.results.find((one) => one.slug === connector)?.type;
  const query = typeof config?.query === "string" ? config.query : "";
  const params = config?.params ?? null;
  const words = new Set(`${query} ${JSON.stringify(params)}`.match(/[A-Za-z_]\w*/g) ?? []);
  const context = Object.fromEntries(Object.entries(values).filter(([name]) => words.has(name)));
  return { query, params, context, ...(type && STYLES.has(type) ? { type } : {}) };
}

function fault({ error, hint }: { error: string; hint?: string | null | undefined }): string {
  return [error, hint].filter(Boolean).join(" ");
}

function Statement({ statement, parameters }: { statement: string; parameters: readonly unknown[] }) {
  return (
    <Stack gap={6}>
      <pre className={classes.log}>{statement}</pre>
      <Text size="xs" c="dimmed">
        {parameters.length > 0 ? texts.parameters : texts.noParameters}
      </Text>
      {parameters.length > 0 ? (
        <Stack gap={2}>
          {parameters.map((value, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a parameter is its place
            <Group key={index} gap="xs" wrap="nowrap">
              <Text size="xs" c="dimmed" w={20} ta="right">
                {index + 1}
              </Text>
              <Code>{JSON.stringify(value)}</Code>
            </Group>
          ))}
        </Stack>
      ) : null}
    </Stack>
  );
}
