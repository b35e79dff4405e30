import type { FieldProps } from "@/features/editor/panel/field-types";
import { textOf } from "@/features/editor/panel/field-types";
import classes from "@/features/editor/panel/panel.module.css";
import { CodeEditor } from "@/shared/ui/code-editor";

type ExpressionInputProps = Pick<FieldProps, "label" | "value" | "isDisabled" | "names" | "placeholder"> & {
  kind: "expression" | "template";
  isInvalid: boolean;
  onChange: (text: string) => void;
};

/** An expression, or text with `{{ }}`, that offers the names in scope while one types. */
export function ExpressionInput({ kind, names, placeholder, ...props }: ExpressionInputProps) {
  const isExpression = kind === "expression";
  return (
    <div className={classes.expression} data-kind={kind}>
      {isExpression ? (
        <span aria-hidden className={classes.equals}>
          =
        </span>
      ) : null}
      <CodeEditor
        label={props.label}
        language={isExpression ? "python" : "text"}
        value={textOf(props.value)}
        onChange={props.onChange}
        readOnly={props.isDisabled}
        minHeight="34px"
        maxHeight="240px"
        lineNumbers={false}
        highlightLine={false}
        invalid={props.isInvalid}
        completions={names ?? NO_NAMES}
        completeIn={isExpression ? "everywhere" : "templates"}
        dropsBarePaths={isExpression}
        {...(placeholder ? { placeholder } : {})}
      />
    </div>
  );
}

const NO_NAMES: readonly never[] = [];
