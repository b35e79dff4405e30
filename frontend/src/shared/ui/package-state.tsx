import { IconCircleCheck, IconCircleX, IconClockHour4, IconLoader2 } from "@tabler/icons-react";
import type { PackageState } from "@/shared/api/sandbox";
import type { StatusLook } from "@/shared/ui/status-badge";
import { StatusBadge } from "@/shared/ui/status-badge";
import { uiTexts } from "@/shared/ui/texts";

const LOOK: Record<PackageState, StatusLook> = {
  waiting: { tone: "neutral", icon: IconClockHour4, label: uiTexts.packageState.waiting },
  building: { tone: "info", icon: IconLoader2, label: uiTexts.packageState.building, spin: true },
  ready: { tone: "success", icon: IconCircleCheck, label: uiTexts.packageState.ready },
  failed: { tone: "danger", icon: IconCircleX, label: uiTexts.packageState.failed },
};

/** How far a set of packages is. */
export function PackageStateBadge({ state }: { state: PackageState }) {
  return <StatusBadge {...LOOK[state]} />;
}
