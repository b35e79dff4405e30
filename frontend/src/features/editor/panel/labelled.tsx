import { Input } from "@mantine/core";
import type { ReactNode } from "react";
import type { FieldProps } from "@/features/editor/panel/field-types";
import { HelpText } from "@/shared/ui/help-text";

type LabelledProps = Pick<FieldProps, "label" | "help" | "isRequired" | "error"> & { children: ReactNode };

/** Label, help and error around an input that has none of its own. */
export function Labelled({ label, help, isRequired, error, children }: LabelledProps) {
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={help ? <HelpText text={help} /> : undefined}
      withAsterisk={isRequired}
      error={error ? <HelpText text={error} /> : undefined}
    >
      <div style={{ marginTop: 4 }}>{children}</div>
    </Input.Wrapper>
  );
}
