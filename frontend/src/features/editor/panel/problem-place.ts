import type { Catalogue, JsonSchema } from "@/features/editor/model/catalogue";
import { resolveSchema } from "@/features/editor/model/catalogue";
import type { Definition, Step } from "@/features/editor/model/definition";
import { findStep } from "@/features/editor/model/definition";
import { fieldOfProblem, stepOfProblem } from "@/features/editor/model/problems";
import { fieldsOf, toLabel } from "@/features/editor/panel/form-fields";
import { texts } from "@/features/editor/texts";
import type { Problem } from "@/shared/api/errors";

const { option, settings } = texts.panel;

/** What the forms call the keys that no schema of a step type names. */
const LABELS: Readonly<Record<string, string>> = {
  name: texts.panel.step.name,
  id: texts.panel.step.id,
  output: option.output,
  join: option.join,
  timeout: option.timeout,
  retry: option.retries,
  on_error: option.onError,
  triggers: texts.panel.triggers,
  inputs: settings.inputs,
  on_failure: settings.onFailure,
};

type Place = { step: Step | undefined; field: string };
type Parts = { definition: Definition; catalogue: Catalogue };

/** Where a problem is, in the words of the screen: the step it is in, and the labels that lead to the field. */
export function placeOf(problem: Problem, { definition, catalogue }: Parts): Place {
  const id = stepOfProblem(definition, problem);
  const step = id === null ? undefined : findStep(definition, id);
  const [first, ...rest] = partsOf(fieldOfProblem(problem));
  if (first === undefined) return { step, field: "" };
  const schema = step && catalogue.get(step.type)?.schema;
  const labels = first === "config" && schema ? labelsBelow(schema, rest) : [first, ...rest].map(labelOf);
  return { step, field: labels.join(" › ") };
}

/** The problem with the labels of the form where its words name keys of the document. */
export function withLabels(problem: Problem, { definition, catalogue }: Parts): Problem {
  const step = findStep(definition, stepOfProblem(definition, problem) ?? "");
  const schema = step && catalogue.get(step.type)?.schema;
  if (!schema) return problem;
  const labels = labelsOf(schema);
  const inWords = (text: string) =>
    text.replace(/`([a-z_]+)`/g, (whole, key: string) => (labels.has(key) ? `“${labels.get(key)}”` : whole));
  return { ...problem, message: inWords(problem.message), hint: inWords(problem.hint) };
}

/** Of the fields, and of the fields inside them; the outer ones win. */
function labelsOf(schema: JsonSchema): ReadonlyMap<string, string> {
  const inner = Object.values(schema.$defs ?? {});
  return new Map(
    [...inner, schema].flatMap((part) => fieldsOf(part, schema)).map(({ key, label }) => [key, label]),
  );
}

function labelsBelow(root: JsonSchema, parts: readonly string[]): string[] {
  let schema: JsonSchema | undefined = root;
  return parts.map((part) => {
    const known: JsonSchema = resolveSchema(schema ?? {}, root);
    const field = fieldsOf(known, root).find(({ key }) => key === part);
    const below = typeof known.additionalProperties === "object" ? known.additionalProperties : undefined;
    schema = field?.schema ?? known.items ?? below;
    return field?.label ?? (known.properties ? labelOf(part) : placeIn(part));
  });
}

function labelOf(part: string): string {
  return isIndex(part) ? placeIn(part) : (LABELS[part] ?? toLabel(part));
}

/** In a list people count from 1; the keys of a map are theirs already. */
function placeIn(part: string): string {
  return isIndex(part) ? String(Number(part) + 1) : part;
}

function isIndex(part: string): boolean {
  return /^\d+$/.test(part);
}

function partsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}
