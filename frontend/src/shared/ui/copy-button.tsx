import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { copyText } from "@/shared/lib/clipboard";
import { notifyFailure } from "@/shared/ui/notify";
import { uiTexts } from "@/shared/ui/texts";

type CopyButtonProps = {
  value: string;
  /** What is copied: “Copy address”. */
  label?: string;
  /** With the label written on it, or the icon alone. */
  variant?: "icon" | "button";
};

export function CopyButton({ value, label = uiTexts.copy, variant = "icon" }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const done = await copyText(value);
    if (!done) notifyFailure(uiTexts.copyFailed);
    setCopied(done);
    setTimeout(() => setCopied(false), 1600);
  };
  const icon = copied ? <IconCheck size={15} /> : <IconCopy size={15} />;
  const text = copied ? uiTexts.copied : label;
  if (variant === "button") {
    return (
      <Button variant="default" size="xs" leftSection={icon} onClick={copy} aria-live="polite">
        {text}
      </Button>
    );
  }
  return (
    <Tooltip label={text}>
      <ActionIcon onClick={copy} aria-label={text} size="md">
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
