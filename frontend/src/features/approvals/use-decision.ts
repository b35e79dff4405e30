import { useState } from "react";
import type { Approval } from "@/features/approvals/approval-queries";
import type { Decision } from "@/features/approvals/decide-approval";
import { useDecide } from "@/features/approvals/decide-approval";
import { fieldsOf, unreadable, valuesOf } from "@/features/approvals/form-fields";
import { approvalTexts as texts } from "@/features/approvals/texts";
import { fieldErrors } from "@/shared/ui/form-error";

type Inputs = Record<string, string | boolean>;

/** What somebody fills in, and the sending of it. */
export function useDecision({ approval, onDone }: { approval: Approval; onDone: () => void }) {
  const decide = useDecide();
  const fields = fieldsOf(approval.form);
  const [inputs, setInputs] = useState<Inputs>({});
  const [comment, setComment] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const paths = fields.map(({ name }) => `form.${name}`);
  const send = (decision: Decision) => {
    const isApproved = decision === "approved";
    const broken = isApproved ? unreadable(fields, inputs) : [];
    if (broken.length > 0) {
      setErrors(Object.fromEntries(broken.map(({ name }) => [`form.${name}`, texts.dialog.badJson])));
      return;
    }
    const form = isApproved ? valuesOf(fields, inputs) : {};
    decide.mutate(
      { id: approval.id, decision, comment, form },
      { onSuccess: onDone, onError: (error) => setErrors(fieldErrors({ error, fields: paths })) },
    );
  };
  const set = (name: string, value: string | boolean) => {
    setInputs((before) => ({ ...before, [name]: value }));
    setErrors(({ [`form.${name}`]: _, ...others }) => others);
  };
  return { fields, inputs, set, comment, setComment, errors, paths, send, decide };
}
