import { Button, Collapse, Group, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useDelegate } from "@/features/approvals/decide-approval";
import { approvalTexts } from "@/features/approvals/texts";

const texts = approvalTexts.dialog;

type DelegateFormProps = { id: string; onDone: () => void };

/** Hands the decision over, folded away until it is wanted. */
export function DelegateForm({ id, onDone }: DelegateFormProps) {
  const delegate = useDelegate();
  const [opened, { toggle }] = useDisclosure(false);
  const [to, setTo] = useState("");
  return (
    <div>
      <UnstyledButton fz="sm" td="underline" aria-expanded={opened} onClick={toggle}>
        {texts.delegate}
      </UnstyledButton>
      <Collapse expanded={opened}>
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
            onClick={() => delegate.mutate({ id, to: to.trim() }, { onSuccess: onDone })}
          >
            {texts.delegateSubmit}
          </Button>
        </Group>
      </Collapse>
    </div>
  );
}
