import { Anchor, Autocomplete, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOf, textOrNothing } from "@/features/editor/panel/field-types";
import { stepTexts } from "@/features/editor/panel/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";
import { HelpText } from "@/shared/ui/help-text";

const MOST = 200;

/** Another workflow by its slug; one that is made later may be named already. */
export function WorkflowField(props: FieldProps) {
  const workflows = useQuery(workflowListQuery({ limit: MOST })).data?.results ?? [];
  const value = textOf(props.value);
  const isKnown = workflows.some(({ slug }) => slug === value);
  return (
    <>
      <Autocomplete
        label={props.label}
        description={props.help ? <HelpText text={props.help} /> : undefined}
        withAsterisk={props.isRequired}
        disabled={props.isDisabled}
        error={props.error ? <HelpText text={props.error} /> : undefined}
        placeholder={props.placeholder}
        data={workflows.map(({ slug }) => slug)}
        value={value}
        onChange={(slug) => props.onChange(textOrNothing(slug))}
      />
      {isKnown ? (
        <Group mt={4}>
          <Anchor size="xs" href={`/workflows/${value}`} target="_blank">
            {stepTexts.openWorkflow}
          </Anchor>
        </Group>
      ) : null}
    </>
  );
}
