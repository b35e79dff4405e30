import { Accordion, Alert, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMemo } from "react";
import { STEP_NAME_ID } from "@/features/editor/actions/panel-actions";
import type { Step } from "@/features/editor/model/definition";
import { outputName } from "@/features/editor/model/definition";
import { fieldOfProblem, problemAt, stepOfProblem } from "@/features/editor/model/problems";
import { useCurlPaste } from "@/features/editor/panel/curl-tools";
import { ExpressionScopeProvider } from "@/features/editor/panel/expression-scope";
import { Field } from "@/features/editor/panel/field";
import { fieldsOf } from "@/features/editor/panel/form-fields";
import { OptionsForm } from "@/features/editor/panel/options-form";
import { TypeTools } from "@/features/editor/panel/type-tools";
import { useEditor } from "@/features/editor/store/editor-store";
import {
  runsOfStep,
  selectCanEdit,
  selectCatalogue,
  selectChosenPath,
  selectDefinition,
  selectEdit,
  selectProblems,
  selectRuns,
  shownRun,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import type { Problem } from "@/shared/api/errors";
import type { CodeMark } from "@/shared/ui/code-editor-view";
import { HelpText } from "@/shared/ui/help-text";

/** The form of a step, made from the JSON Schema of its type, and the options that all steps have. */
export function SettingsTab({ step }: { step: Step }) {
  const type = useEditor(selectCatalogue).get(step.type);
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  const problems = useStepProblems(step);
  const schema = type?.schema ?? {};
  const fields = fieldsOf(schema, schema);
  const errorAt = (path: string) => problemAt(problems, path);
  const known = new Set(fields.map((field) => `config.${field.key}`));
  const others = problems.filter(
    (problem) => ![...known].some((path) => isBelow(fieldOfProblem(problem), path)),
  );
  const codeMarks = [...useFailureMarks(step), ...problems.flatMap(syntaxMark)];
  const onPaste = useCurlPaste(step);
  const language = typeof step.config?.language === "string" ? step.config.language : "";
  return (
    <ExpressionScopeProvider step={step.id}>
      <Stack gap="md" onPasteCapture={onPaste}>
        <NameInput step={step} />
        <TypeTools step={step} />
        {others.map((problem) => (
          <Alert
            key={`${problem.path}${problem.message}`}
            color="red"
            p="xs"
            icon={<IconAlertTriangle size={16} aria-hidden />}
          >
            <Text size="sm">
              <HelpText text={[problem.message, problem.hint].filter(Boolean).join(" ")} />
            </Text>
          </Alert>
        ))}
        {fields.map((field) => (
          <Field
            {...field}
            key={field.key}
            path={`config.${field.key}`}
            root={schema}
            value={step.config?.[field.key]}
            isDisabled={!canEdit}
            language={language}
            codeMarks={codeMarks}
            error={errorAt(`config.${field.key}`)}
            errorAt={errorAt}
            onChange={(value) =>
              edit(
                { kind: "update_config", id: step.id, field: field.key, value },
                { coalesceKey: `${step.id}.config.${field.key}` },
              )
            }
          />
        ))}
        {type?.help ? (
          <Text size="xs" c="dimmed">
            <HelpText text={type.help} />
          </Text>
        ) : null}
        <Accordion variant="separated" chevronPosition="left">
          <Accordion.Item value="options">
            <Accordion.Control>{texts.panel.options}</Accordion.Control>
            <Accordion.Panel>
              <OptionsForm step={step} errorAt={errorAt} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </ExpressionScopeProvider>
  );
}

function NameInput({ step }: { step: Step }) {
  const canEdit = useEditor(selectCanEdit);
  const edit = useEditor(selectEdit);
  return (
    <TextInput
      id={STEP_NAME_ID}
      label={texts.panel.step.name}
      description={<HelpText text={texts.panel.step.nameHelp(outputName(step))} />}
      value={step.name ?? ""}
      placeholder={step.id}
      disabled={!canEdit}
      onChange={(event) =>
        edit(
          {
            kind: "update_step",
            ids: [step.id],
            field: "name",
            value: event.currentTarget.value || undefined,
          },
          { coalesceKey: `${step.id}.name` },
        )
      }
    />
  );
}

/** The line at which the code failed in the shown job. */
function useFailureMarks(step: Step): readonly CodeMark[] {
  const runs = useEditor(selectRuns);
  const chosenPath = useEditor(selectChosenPath)[step.id];
  return useMemo(() => {
    const run = shownRun(runsOfStep(runs, step.id), chosenPath);
    const message = run?.message?.split("\n")[0];
    return run?.line && message ? [{ line: run.line, message }] : [];
  }, [runs, step.id, chosenPath]);
}

/** Problems of syntax name their line, and it is the only place where they do. */
function syntaxMark({ message, code }: Problem): CodeMark[] {
  const line = code === "code_syntax" ? /^Line (\d+)/.exec(message)?.[1] : undefined;
  return line ? [{ line: Number(line), message }] : [];
}

function useStepProblems(step: Step) {
  const definition = useEditor(selectDefinition);
  const problems = useEditor(selectProblems);
  return useMemo(
    () => problems.filter((problem) => stepOfProblem(definition, problem) === step.id),
    [problems, definition, step.id],
  );
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
