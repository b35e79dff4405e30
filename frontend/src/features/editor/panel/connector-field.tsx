import { Anchor, Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { Labelled } from "@/features/editor/panel/labelled";
import { TestConnector } from "@/features/editor/panel/test-connector";
import { texts as editorTexts } from "@/features/editor/texts";
import { connectorListQuery } from "@/shared/api/connector-queries";

const texts = editorTexts.connector;

/** Chooses one of the organisation's connectors, tries it, and leads to where new ones are made. */
export function ConnectorField({ family, ...props }: FieldProps & { family: string }) {
  const connectors = useQuery(connectorListQuery);
  const fitting = (connectors.data?.results ?? []).filter((entry) => entry.family === family);
  const value = typeof props.value === "string" ? props.value : null;
  const options = fitting.map(({ slug, name, type }) => ({ value: slug, label: `${name} (${type})` }));
  const isKnown = value === null || options.some((option) => option.value === value);
  return (
    <Labelled {...props}>
      <Select
        aria-label={props.label}
        data={isKnown ? options : [...options, { value, label: texts.missing(value) }]}
        value={value}
        disabled={props.isDisabled}
        searchable
        clearable={!props.isRequired}
        nothingFoundMessage={texts.none}
        onChange={(next) => props.onChange(next ?? undefined)}
      />
      <Group gap="md" mt={4} align="flex-start">
        {value !== null && isKnown ? <TestConnector key={value} slug={value} /> : null}
        <Anchor size="xs" href="/connectors" target="_blank">
          {texts.create}
        </Anchor>
      </Group>
    </Labelled>
  );
}
