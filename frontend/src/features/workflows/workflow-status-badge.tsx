import { IconAlertTriangle, IconCircleCheck, IconPencil, IconRefreshDot } from "@tabler/icons-react";
import { workflowTexts } from "@/features/workflows/texts";
import type { StatusLook } from "@/shared/ui/status-badge";
import { StatusBadge } from "@/shared/ui/status-badge";

const texts = workflowTexts.status;

const LOOKS: Record<string, StatusLook> = {
  draft: { tone: "neutral", icon: IconPencil, label: texts.draft },
  published: { tone: "success", icon: IconCircleCheck, label: texts.published },
  changed: { tone: "info", icon: IconRefreshDot, label: texts.changed },
  invalid: { tone: "danger", icon: IconAlertTriangle, label: texts.invalid },
};

export function WorkflowStatusBadge({ status }: { status: string }) {
  const look = LOOKS[status.toLowerCase()] ?? { tone: "neutral", icon: IconPencil, label: status };
  return <StatusBadge {...look} />;
}
