import { ActionIcon, Group, Paper, Stack, Text } from "@mantine/core";
import { IconArrowUp, IconTrash } from "@tabler/icons-react";
import type { JsonSchema } from "@/features/editor/model/catalogue";
import { Field } from "@/features/editor/panel/field";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { fieldsOf } from "@/features/editor/panel/form-fields";
import { Labelled } from "@/features/editor/panel/labelled";
import { AddButton } from "@/features/editor/panel/map-field";
import { NameField } from "@/features/editor/panel/name-field";
import { texts } from "@/features/editor/texts";

type Item = Record<string, unknown>;

/** A list of objects of one kind, such as the cases of a condition. */
export function ListField(props: FieldProps & { items: JsonSchema }) {
  const { value, onChange, isDisabled, items, label } = props;
  const list = Array.isArray(value) ? value.map(toItem) : [];
  const write = (next: Item[]) => onChange(next.length > 0 ? next : undefined);
  const replace = (index: number, item: Item) =>
    write(list.map((one, place) => (place === index ? item : one)));
  return (
    <Labelled {...props}>
      <Stack gap="xs">
        {list.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
          <Paper key={index} p="xs" radius="md">
            <Group justify="space-between" mb={4}>
              <Text size="xs" fw={600} c="dimmed">
                {`${texts.panel.itemOf(label)} ${index + 1}`}
              </Text>
              <Group gap={2}>
                <ActionIcon
                  size="sm"
                  aria-label={texts.panel.moveUp(index + 1)}
                  disabled={isDisabled || index === 0}
                  onClick={() => write(movedUp(list, index))}
                >
                  <IconArrowUp size={14} />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  aria-label={texts.panel.removeRow(
                    `${texts.panel.itemOf(label).toLowerCase()} ${index + 1}`,
                  )}
                  disabled={isDisabled}
                  onClick={() => write(list.filter((_item, place) => place !== index))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </Group>
            </Group>
            <Stack gap="xs">
              {fieldsOf(items, props.root).map((field) => (
                <ItemField
                  {...props}
                  {...field}
                  key={field.key}
                  name={field.key}
                  help=""
                  path={`${props.path}[${index}].${field.key}`}
                  value={item[field.key]}
                  error={props.errorAt(`${props.path}[${index}].${field.key}`)}
                  onChange={(next) => replace(index, withKey(item, { key: field.key, value: next }))}
                />
              ))}
            </Stack>
          </Paper>
        ))}
        <AddButton
          label={texts.panel.addItem(texts.panel.itemOf(label))}
          isDisabled={isDisabled}
          onClick={() => write([...list, firstItem(items, { label, count: list.length })])}
        />
      </Stack>
    </Labelled>
  );
}

/** The name of a branch is what wires hang on; another one is another field. */
function ItemField({ name, ...props }: FieldProps & { name: string }) {
  const isName = name === "name" && props.schema.pattern !== undefined;
  return isName ? <NameField {...props} key={String(props.value)} /> : <Field {...props} />;
}

function toItem(value: unknown): Item {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function withKey(item: Item, { key, value }: { key: string; value: unknown }): Item {
  const next = { ...item, [key]: value };
  if (value === undefined) {
    delete next[key];
  }
  return next;
}

function movedUp(list: readonly Item[], index: number): Item[] {
  const next = [...list];
  next.splice(index - 1, 2, ...list.slice(index - 1, index + 1).reverse());
  return next;
}

/** A named thing gets a name at once, so that its port can be connected. */
function firstItem(items: JsonSchema, { label, count }: { label: string; count: number }): Item {
  return items.properties?.name ? { name: `${texts.panel.itemOf(label).toLowerCase()}_${count + 1}` } : {};
}
