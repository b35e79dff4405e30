import { ActionIcon, Button, Group, Input, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { JsonSchema } from "@/features/editor/model/catalogue";
import { ExpressionInput } from "@/features/editor/panel/expression-input";
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
  const isNew = useRef(false);
  const kind = kindOf(props.values, props.root).kind;
  const written = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const rows: Row[] = [...written.map(([key, item]) => ({ key, value: item })), ...drafts];
  const write = (next: Row[]) => {
    const named = next.filter((row) => row.key !== "");
    setDrafts(next.filter((row) => row.key === ""));
    onChange(named.length > 0 ? Object.fromEntries(named.map((row) => [row.key, row.value])) : undefined);
  };
  const change = (index: number, row: Row) => write(rows.map((one, place) => (place === index ? row : one)));
  const isSaidBelow = rows.some((row) => props.errorAt(`${props.path}.${row.key}`) === props.error);
  return (
    <Labelled {...props} error={isSaidBelow ? "" : props.error}>
      <Stack gap={6}>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys are edited here, the place is what stays
          <Group key={index} gap={6} wrap="nowrap" align="flex-start">
            <TextInput
              size="xs"
              w="34%"
              autoFocus={isNew.current && row.key === "" && index === rows.length - 1}
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
            <RowValue
              {...props}
              schema={props.values}
              kind={kind}
              label={texts.panel.mapValue(props.label, row.key || String(index + 1))}
              value={row.value}
              error={props.errorAt(`${props.path}.${row.key}`)}
              onChange={(next) => change(index, { ...row, value: next })}
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
          onClick={() => {
            isNew.current = true;
            setDrafts([...drafts, { key: "", value: "" }]);
          }}
        />
      </Stack>
    </Labelled>
  );
}

function RowValue({ kind, ...props }: FieldProps & { kind: string }) {
  const isExpression = kind === "expression";
  return (
    <div className={classes.rowValue}>
      {isExpression || kind === "template" ? (
        <ExpressionInput
          {...props}
          kind={isExpression ? "expression" : "template"}
          placeholder={isExpression ? texts.panel.expression : texts.panel.value}
          isInvalid={props.error !== ""}
        />
      ) : (
        <TextInput
          size="xs"
          aria-label={props.label}
          placeholder={texts.panel.value}
          spellCheck={false}
          disabled={props.isDisabled}
          value={textOf(props.value)}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
      {props.error ? <Input.Error mt={2}>{props.error}</Input.Error> : null}
    </div>
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
