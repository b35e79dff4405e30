import { Button, Group, Stack, Textarea } from "@mantine/core";
import type { Approval } from "@/features/approvals/approval-queries";
import { FormFieldInput } from "@/features/approvals/form-field-input";
import { approvalTexts } from "@/features/approvals/texts";
import { useDecision } from "@/features/approvals/use-decision";
import { FormError } from "@/shared/ui/form-error";

const texts = approvalTexts.dialog;

type DecisionFormProps = { approval: Approval; onDone: () => void };

/** The form, a comment, and the two buttons. */
export function DecisionForm({ approval, onDone }: DecisionFormProps) {
  const { fields, inputs, set, comment, setComment, errors, paths, send, decide } = useDecision({
    approval,
    onDone,
  });
  return (
    <Stack>
      <FormError error={decide.error} title={texts.failed} fields={paths} />
      {fields.map((field) => (
        <FormFieldInput
          key={field.name}
          field={field}
          value={inputs[field.name] ?? field.start}
          error={errors[`form.${field.name}`]}
          onChange={(value) => set(field.name, value)}
        />
      ))}
      <Textarea
        label={texts.comment}
        value={comment}
        rows={3}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="sm">
        <Button color="red" variant="light" loading={decide.isPending} onClick={() => send("rejected")}>
          {texts.reject}
        </Button>
        <Button color="green" loading={decide.isPending} onClick={() => send("approved")}>
          {texts.approve}
        </Button>
      </Group>
    </Stack>
  );
}
