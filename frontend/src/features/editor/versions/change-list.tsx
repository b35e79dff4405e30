import { Badge, Code, Group, Stack, Table, Text } from "@mantine/core";
import type { Definition } from "@/features/editor/model/definition";
import { texts } from "@/features/editor/texts";
import type { FieldChange, StepChange } from "@/features/editor/versions/compare";
import { compareDefinitions, isSame } from "@/features/editor/versions/compare";

const COLORS: Readonly<Record<StepChange["kind"], string>> = {
  added: "green",
  removed: "red",
  changed: "yellow",
};

/** Which steps were added, removed and changed, and in the changed ones which fields. */
export function ChangeList({ before, after }: { before: Definition; after: Definition }) {
  const found = compareDefinitions(before, after);
  if (isSame(found)) {
    return <Text size="sm">{texts.versions.same}</Text>;
  }
  return (
    <Stack gap="lg">
      {found.document.length > 0 ? (
        <section aria-label={texts.conflict.workflow}>
          <Text fw={600}>{texts.conflict.workflow}</Text>
          <Fields fields={found.document} />
        </section>
      ) : null}
      {found.steps.map((step) => (
        <section key={step.id} aria-label={step.title}>
          <Group gap={8}>
            <Badge size="sm" variant="light" color={COLORS[step.kind]}>
              {texts.versions.kinds[step.kind]}
            </Badge>
            <Text fw={600}>{step.title}</Text>
          </Group>
          {step.fields.length > 0 ? <Fields fields={step.fields} /> : null}
        </section>
      ))}
    </Stack>
  );
}

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  return (
    <Table layout="fixed" mt={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="20%">{texts.versions.field}</Table.Th>
          <Table.Th>{texts.versions.before}</Table.Th>
          <Table.Th>{texts.versions.after}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map(({ field, before, after }) => (
          <Table.Tr key={field}>
            <Table.Td>{field}</Table.Td>
            <Table.Td>
              <Shown value={before} />
            </Table.Td>
            <Table.Td>
              <Shown value={after} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Shown({ value }: { value: unknown }) {
  if (value === null) {
    return (
      <Text size="xs" c="dimmed">
        {texts.versions.nothing}
      </Text>
    );
  }
  return <Code block>{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</Code>;
}
