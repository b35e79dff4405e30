import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createContext, use, useMemo } from "react";
import { z } from "zod";
import type { CompletionSource, Offers } from "@/features/editor/model/complete";
import { complete } from "@/features/editor/model/complete";
import type { ScriptLanguage } from "@/features/editor/model/complete-code";
import { completeCode } from "@/features/editor/model/complete-code";
import { sampleValues } from "@/features/editor/model/sample-values";
import type { ScopeName } from "@/features/editor/model/scope";
import { namesInScope } from "@/features/editor/model/scope";
import { languageQuery, secretNamesQuery, variablesQuery } from "@/features/editor/panel/expression-queries";
import { stepTexts } from "@/features/editor/panel/texts";
import { sampleInput } from "@/features/editor/run/sample-input";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectDefinition, selectJob, selectRuns, selectWorkflow } from "@/features/editor/store/selectors";

type ExpressionScope = CompletionSource & { secrets: readonly string[] };

const EMPTY: ExpressionScope = { names: [], values: {}, entries: [], secrets: [] };
const ScopeContext = createContext<ExpressionScope>(EMPTY);
const recordSchema = z.record(z.string(), z.unknown());

/** What expressions of the fields below can name, with real values where there are any. */
export function ExpressionScopeProvider({ step, children }: { step: string; children: ReactNode }) {
  return <ScopeContext value={useScope(step)}>{children}</ScopeContext>;
}

export function useExpressionScope(): ExpressionScope {
  return use(ScopeContext);
}

/** Only these settings may hold secrets; the server says the same. */
export function mayHoldSecrets(path: string): boolean {
  return /^config\.(headers|auth|env)\b/.test(path);
}

/** Completes an expression at a place of the form. */
export function useComplete(path: string): (before: string, isAsked: boolean) => Offers | null {
  const scope = useExpressionScope();
  return useMemo(() => {
    const secrets = mayHoldSecrets(path) ? scope.secrets.map((name) => `secrets.${name}`) : [];
    const more: ScopeName[] = ["secrets", ...secrets].map((label) => ({ label, detail: stepTexts.secret }));
    const names = secrets.length > 0 ? [...scope.names, ...more] : scope.names;
    return (before, isAsked) => complete(before, { ...scope, names }, isAsked);
  }, [scope, path]);
}

/** Completes code of a script: what stands in the context, beside what the language itself offers. */
export function useCompleteCode(language: ScriptLanguage): (before: string) => Offers | null {
  const scope = useExpressionScope();
  return useMemo(() => (before) => completeCode(before, language, scope), [scope, language]);
}

function useScope(step: string): ExpressionScope {
  const definition = useEditor(selectDefinition);
  const runs = useEditor(selectRuns);
  const job = useEditor(selectJob);
  const { id } = useEditor(selectWorkflow);
  const entries = useQuery(languageQuery).data?.entries;
  const variables = useQuery(variablesQuery).data?.results;
  const secrets = useQuery(secretNamesQuery).data?.results;
  return useMemo(() => {
    const known = {
      job: recordSchema.safeParse(job?.execution_context).data ?? null,
      runs: Object.values(runs).map((run) => ({ ...run, isTrial: run.ranAs !== null })),
      input: sampleInput(id),
    };
    const vars = variables && { vars: Object.fromEntries(variables.map(({ key, value }) => [key, value])) };
    return {
      names: namesInScope(definition, { step, values: null }),
      values: { ...sampleValues(definition, step, known), ...vars },
      entries: entries ?? EMPTY.entries,
      secrets: secrets?.map(({ key }) => key) ?? EMPTY.secrets,
    };
  }, [definition, runs, job, id, step, entries, variables, secrets]);
}
