import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { JsonSchema } from "@/features/editor/model/catalogue";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOf } from "@/features/editor/panel/field-types";
import { Labelled } from "@/features/editor/panel/labelled";
import classes from "@/features/editor/panel/panel.module.css";
import { kindOf } from "@/features/editor/panel/schema-kind";
import { texts } from "@/features/editor/texts";

type Row = { key: string; value: unknown };

/** Pairs of key and value, such as headers or output values. A row without a key is not written yet. */
export function MapField(props: FieldProps & { values: JsonSchema }) {
  const { value, onChange, isDisabled } = props;
  const [drafts, setDrafts] = useState<Row[]>([]);
  const kind = kindOf(props.values, props.root).kind;
  const written = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const rows: Row[] = [...written.map(([key, item]) => ({ key, value: item })), ...drafts];
  const write = (next: Row[]) => {
    const named = next.filter((row) => row.key !== "");
    setDrafts(next.filter((row) => row.key === ""));
    onChange(named.length > 0 ? Object.fromEntries(named.map((row) => [row.key, row.value])) : undefined);
  };
  const change = (index: number, row: Row) => write(rows.map((one, place) => (place === index ? row : one)));
  return (
    <Labelled {...props}>
      <Stack gap={6}>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys are edited here, the place is what stays
          <Group key={index} gap={6} wrap="nowrap" align="flex-start">
            <TextInput
              size="xs"
              w="38%"
              aria-label={texts.panel.mapKey(props.label, index + 1)}
              placeholder={texts.panel.key}
              disabled={isDisabled}
              defaultValue={row.key}
              key={row.key}
              onBlur={(event) => {
                const key = event.currentTarget.value.trim();
                if (key !== row.key) {
                  change(index, { ...row, key });
                }
              }}
              onKeyDown={(event) => (event.key === "Enter" ? event.currentTarget.blur() : undefined)}
            />
            <TextInput
              size="xs"
              flex={1}
              aria-label={texts.panel.mapValue(props.label, row.key || String(index + 1))}
              placeholder={kind === "expression" ? texts.panel.expression : texts.panel.value}
              leftSection={kind === "expression" ? <span aria-hidden>=</span> : undefined}
              classNames={{ input: classes.mono, section: classes.equals }}
              spellCheck={false}
              disabled={isDisabled}
              error={props.errorAt(`${props.path}.${row.key}`) || undefined}
              value={textOf(row.value)}
              onChange={(event) => change(index, { ...row, value: event.currentTarget.value })}
            />
            <ActionIcon
              size={30}
              disabled={isDisabled}
              aria-label={texts.panel.removeRow(row.key || String(index + 1))}
              onClick={() => write(rows.filter((_row, place) => place !== index))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ))}
        <AddButton
          label={texts.panel.addTo(props.label)}
          isDisabled={isDisabled}
          onClick={() => setDrafts([...drafts, { key: "", value: "" }])}
        />
      </Stack>
    </Labelled>
  );
}

type AddButtonProps = { label: string; isDisabled: boolean; onClick: () => void };

export function AddButton({ label, isDisabled, onClick }: AddButtonProps) {
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconPlus size={14} />}
      disabled={isDisabled}
      onClick={onClick}
      style={{ alignSelf: "flex-start" }}
    >
      {label}
    </Button>
  );
}
