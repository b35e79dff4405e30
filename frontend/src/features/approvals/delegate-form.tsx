import { Button, Collapse, Group, Select, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useDelegate } from "@/features/approvals/decide-approval";
import { approvalTexts } from "@/features/approvals/texts";

const texts = approvalTexts.dialog;

type DelegateFormProps = {
  id: string;
  /** Whose decision can be handed over; empty: one's own. */
  approvers?: readonly string[];
  onDone: () => void;
};

/** Hands the decision over, folded away until it is wanted. */
export function DelegateForm({ id, approvers = [], onDone }: DelegateFormProps) {
  const delegate = useDelegate();
  const [opened, { toggle }] = useDisclosure(false);
  const [to, setTo] = useState("");
  const [insteadOf, setInsteadOf] = useState(approvers[0] ?? "");
  return (
    <div>
      <UnstyledButton fz="sm" td="underline" aria-expanded={opened} onClick={toggle}>
        {texts.delegate}
      </UnstyledButton>
      <Collapse expanded={opened}>
        {approvers.length > 0 ? (
          <Select
            mt="xs"
            label={texts.delegateOf}
            data={[...approvers]}
            value={insteadOf}
            onChange={(next) => setInsteadOf(next ?? "")}
            allowDeselect={false}
          />
        ) : null}
        <Group align="flex-end" mt="xs">
          <TextInput
            flex={1}
            type="email"
            label={texts.delegateTo}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={!/^\S+@\S+$/.test(to.trim())}
            loading={delegate.isPending}
            onClick={() => delegate.mutate({ id, to: to.trim(), insteadOf }, { onSuccess: onDone })}
          >
            {texts.delegateSubmit}
          </Button>
        </Group>
      </Collapse>
    </div>
  );
}
