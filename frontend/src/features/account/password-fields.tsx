import { PasswordInput, Stack, VisuallyHidden } from "@mantine/core";
import type { GetInputPropsReturnType } from "@mantine/form";
import { IconCheck, IconPoint } from "@tabler/icons-react";
import classes from "@/features/account/password-fields.module.css";
import { accountTexts } from "@/features/account/texts";
import type { PasswordRule } from "@/features/account/validation";

type PasswordFieldsProps = {
  password: GetInputPropsReturnType;
  repeat: GetInputPropsReturnType;
  rules: readonly PasswordRule[];
};

/** A new password, twice, with its rules ticked off while typing. */
export function PasswordFields({ password, repeat, rules }: PasswordFieldsProps) {
  const texts = accountTexts.password;
  return (
    <Stack gap="sm">
      <PasswordInput label={texts.label} autoComplete="new-password" required {...password} />
      <ul className={classes.rules} aria-label={texts.rules}>
        {rules.map(({ key, label, isMet }) => (
          <li key={key} className={classes.rule} data-met={isMet}>
            {isMet ? <IconCheck size={14} aria-hidden /> : <IconPoint size={14} aria-hidden />}
            {label}
            <VisuallyHidden>: {isMet ? texts.met : texts.notMet}</VisuallyHidden>
          </li>
        ))}
      </ul>
      <PasswordInput label={texts.repeat} autoComplete="new-password" required {...repeat} />
    </Stack>
  );
}
