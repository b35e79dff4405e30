import { Input } from "@mantine/core";
import type { ReactNode } from "react";
import type { FieldProps } from "@/features/editor/panel/field-types";

type LabelledProps = Pick<FieldProps, "label" | "help" | "isRequired" | "error"> & { children: ReactNode };

/** Label, help and error around an input that has none of its own. */
export function Labelled({ label, help, isRequired, error, children }: LabelledProps) {
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={help || undefined}
      withAsterisk={isRequired}
      error={error || undefined}
    >
      <div style={{ marginTop: 4 }}>{children}</div>
    </Input.Wrapper>
  );
}
