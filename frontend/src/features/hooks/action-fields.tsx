import { NumberInput, Radio, Select, Stack, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { HookFields } from "@/features/hooks/hook-model";
import { actionsAt } from "@/features/hooks/hook-model";
import { hookTexts } from "@/features/hooks/texts";
import { workflowListQuery } from "@/shared/api/workflow-queries";

const texts = hookTexts.form;
const CODE = { input: { fontFamily: "var(--mantine-font-family-monospace)" } };

type ActionFieldsProps = { form: UseFormReturnType<HookFields>; isNew: boolean };

/** What the hook does, and what that needs to know. */
export function ActionFields({ form, isNew }: ActionFieldsProps) {
  const { action, moment } = form.values;
  const choices = isNew ? actionsAt(moment) : [action];
  return (
    <>
      <Radio.Group
        label={texts.action}
        description={isNew ? undefined : texts.actionStays}
        {...form.getInputProps("action")}
      >
        <Stack gap="xs" mt="xs">
          {choices.map((value) => (
            <Radio
              key={value}
              value={value}
              label={hookTexts.actions[value]}
              description={hookTexts.actionHints[value]}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Settings form={form} />
    </>
  );
}

function Settings({ form }: { form: UseFormReturnType<HookFields> }) {
  const { action } = form.values;
  switch (action) {
    case "expression":
      return <Expressions form={form} />;
    case "http":
      return <Address form={form} />;
    case "workflow":
      return <Target form={form} />;
    default:
      return action satisfies never;
  }
}

function Expressions({ form }: { form: UseFormReturnType<HookFields> }) {
  return (
    <>
      <Textarea
        label={texts.values}
        description={texts.valuesHint}
        placeholder="_region = vars.REGION"
        autosize
        minRows={2}
        maxRows={8}
        styles={CODE}
        {...form.getInputProps("values")}
      />
      <TextInput
        label={texts.denyWhen}
        description={texts.denyWhenHint}
        {...form.getInputProps("deny_when")}
      />
      <TextInput label={texts.reason} {...form.getInputProps("reason")} />
    </>
  );
}

function Address({ form }: { form: UseFormReturnType<HookFields> }) {
  return (
    <>
      <TextInput
        label={texts.url}
        description={texts.urlHint}
        placeholder="https://"
        required
        {...form.getInputProps("url")}
      />
      <NumberInput
        label={texts.timeout}
        description={texts.timeoutHint}
        placeholder="5"
        min={0.1}
        max={10}
        {...form.getInputProps("timeout")}
      />
    </>
  );
}

function Target({ form }: { form: UseFormReturnType<HookFields> }) {
  const workflows = useQuery(workflowListQuery({ limit: 200 }));
  return (
    <Select
      label={texts.target}
      placeholder={texts.choose}
      data={(workflows.data?.results ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
      searchable
      required
      {...form.getInputProps("target")}
    />
  );
}
