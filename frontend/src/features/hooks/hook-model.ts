import type { Action, Hook, HookValues, Moment } from "@/features/hooks/hook-queries";
import { ACTIONS } from "@/features/hooks/hook-queries";
import { hookTexts } from "@/features/hooks/texts";
import type { Json } from "@/shared/lib/json";

/** What the form holds: everything as a person types it. */
export type HookFields = {
  name: string;
  moment: Moment;
  action: Action;
  workflow: string;
  target: string | null;
  url: string;
  timeout: number | string;
  values: string;
  deny_when: string;
  reason: string;
  steps: string[];
  step_types: string[];
  error_types: string[];
  position: number | string;
  blocking: boolean;
  is_active: boolean;
};

const texts = hookTexts.form;

export function fieldsOf(hook: Hook | null): HookFields {
  const config = hook?.config ?? {};
  return {
    name: hook?.name ?? "",
    moment: hook?.moment ?? "before_step",
    action: hook?.action ?? "expression",
    workflow: hook?.workflow ?? "",
    target: text(config.workflow) || null,
    url: text(config.url),
    timeout: typeof config.timeout === "number" ? config.timeout : "",
    values: linesOf(config.values ?? {}),
    deny_when: text(config.deny_when),
    reason: text(config.reason),
    steps: hook?.steps ?? [],
    step_types: hook?.step_types ?? [],
    error_types: hook?.error_types ?? [],
    position: hook?.position ?? 0,
    blocking: hook?.blocking ?? false,
    is_active: hook?.is_active ?? true,
  };
}

export function valuesOf(fields: HookFields): HookValues {
  const { name, moment, action, workflow, steps, step_types, error_types, position, is_active } = fields;
  return {
    name: name.trim(),
    moment,
    action,
    config: configOf(fields),
    workflow: workflow || null,
    steps: isOfSteps(moment) ? steps : [],
    step_types: isOfSteps(moment) ? step_types : [],
    error_types: moment === "on_error" ? error_types : [],
    position: typeof position === "number" ? position : 0,
    blocking: mayBlock(fields) && fields.blocking,
    is_active,
  };
}

function configOf(fields: HookFields): Record<string, Json> {
  const { action, target, url, timeout, values, deny_when, reason } = fields;
  switch (action) {
    case "workflow":
      return { workflow: target ?? "" };
    case "http":
      return { url: url.trim(), ...(typeof timeout === "number" ? { timeout } : {}) };
    case "expression":
      return {
        values: namesIn(values),
        ...(deny_when.trim() ? { deny_when: deny_when.trim() } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      };
    default:
      return action satisfies never;
  }
}

/** What a hook can do at a moment: expressions come before a step, and jobs only start workflows. */
export function actionsAt(moment: Moment): readonly Action[] {
  if (moment === "before_step") return ACTIONS;
  return isOfSteps(moment) ? ["http", "workflow"] : ["workflow"];
}

export function isOfSteps(moment: Moment): boolean {
  return moment === "before_step" || moment === "after_step" || moment === "on_error";
}

/** Only what answers before the step can hold it up. */
export function mayBlock({ moment, action }: Pick<HookFields, "moment" | "action">): boolean {
  return moment === "before_step" && action !== "workflow";
}

/** What is missing or wrong, by field. */
export function faultsOf(fields: HookFields): Partial<Record<keyof HookFields, string>> {
  const { name, action, target, url, values, deny_when } = fields;
  const found: Partial<Record<keyof HookFields, string>> = {};
  if (!name.trim()) found.name = texts.missing;
  if (action === "workflow" && !target) found.target = texts.targetMissing;
  if (action === "http" && !/^https?:\/\/\S/.test(url.trim())) found.url = texts.urlMissing;
  if (action !== "expression") return found;
  const bad = linesIn(values).find((line) => !LINE.test(line));
  if (bad !== undefined) found.values = texts.valuesBad(bad);
  else if (!values.trim() && !deny_when.trim()) found.values = texts.nothing;
  return found;
}

const LINE = /^(_[a-z][a-z0-9_]*)\s*=(?!=)\s*(\S.*)$/;

function namesIn(values: string): Record<string, string> {
  return Object.fromEntries(
    linesIn(values).map((line) => {
      const [, name = "", expression = ""] = LINE.exec(line) ?? [];
      return [name, expression];
    }),
  );
}

function linesIn(values: string): string[] {
  return values
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function linesOf(values: Json): string {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return "";
  return Object.entries(values)
    .map(([name, expression]) => `${name} = ${text(expression)}`)
    .join("\n");
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
