import { useMemo } from "react";
import { useComplete } from "@/features/editor/panel/expression-scope";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOf } from "@/features/editor/panel/field-types";
import { LiveResultLine, useLiveResult } from "@/features/editor/panel/live-result";
import classes from "@/features/editor/panel/panel.module.css";
import { useActive } from "@/features/editor/panel/use-active";
import { CodeEditor } from "@/shared/ui/code-editor";
import type { CodeMark } from "@/shared/ui/code-editor-view";

type ExpressionInputProps = Pick<
  FieldProps,
  "label" | "value" | "isDisabled" | "placeholder" | "schema" | "path"
> & {
  kind: "expression" | "template";
  isInvalid: boolean;
  onChange: (text: string) => void;
};

/** An expression, or text with `{{ }}`: offers what is in scope while one types, and shows what comes of it. */
export function ExpressionInput({ kind, placeholder, schema, path, ...props }: ExpressionInputProps) {
  const { isActive, handlers } = useActive();
  const isExpression = kind === "expression";
  const text = textOf(props.value);
  const complete = useComplete(path);
  const result = useLiveResult({ kind, text, shape: schema["x-context"] ?? "text", isActive });
  const at = result.kind === "error" ? result.at : null;
  const message = result.kind === "error" ? result.text : "";
  const marks = useMemo<readonly CodeMark[]>(() => (at === null ? [] : [{ at, message }]), [at, message]);
  return (
    <div className={classes.expression} data-kind={kind} {...handlers}>
      {isExpression ? (
        <span aria-hidden className={classes.equals}>
          =
        </span>
      ) : null}
      <CodeEditor
        label={props.label}
        language={kind}
        value={text}
        onChange={props.onChange}
        readOnly={props.isDisabled}
        minHeight="34px"
        maxHeight="240px"
        lineNumbers={false}
        highlightLine={false}
        invalid={props.isInvalid}
        complete={complete}
        marks={marks}
        dropsBarePaths={isExpression}
        {...(placeholder ? { placeholder } : {})}
      />
      {/* What validation says of the same fault stands below the field already. */}
      {message && props.isInvalid ? null : <LiveResultLine result={result} />}
    </div>
  );
}
