import type { TablerIcon } from "@tabler/icons-react";
import {
  IconAdjustmentsHorizontal,
  IconBolt,
  IconFileText,
  IconLogin2,
  IconLogout,
  IconSettings,
} from "@tabler/icons-react";
import classes from "@/features/editor/panel/panel.module.css";
import type { PanelTab, WorkflowTab } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectSelectedStep, selectSetPanelTab, selectSetView } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

type RailTab<T> = { value: T; label: string; icon: TablerIcon };

const STEP_TABS: readonly RailTab<PanelTab>[] = [
  { value: "settings", label: texts.panel.tabs.settings, icon: IconAdjustmentsHorizontal },
  { value: "input", label: texts.panel.tabs.input, icon: IconLogin2 },
  { value: "output", label: texts.panel.tabs.output, icon: IconLogout },
  { value: "log", label: texts.panel.tabs.log, icon: IconFileText },
];
const WORKFLOW_TABS: readonly RailTab<WorkflowTab>[] = [
  { value: "settings", label: texts.panel.tabs.settings, icon: IconSettings },
  { value: "triggers", label: texts.panel.triggers, icon: IconBolt },
];

/** The panel while it is not open: its tabs, to open it at one of them. */
export function ClosedPanel() {
  const step = useEditor(selectSelectedStep);
  const setTab = useEditor(selectSetPanelTab);
  const setView = useEditor(selectSetView);
  const openStep = (tab: PanelTab) => {
    setTab(tab);
    setView({ panel: "auto" });
  };
  return (
    <aside className={classes.closed} aria-label={texts.panel.label}>
      {step ? (
        <Rail tabs={STEP_TABS} onChoose={openStep} />
      ) : (
        <Rail tabs={WORKFLOW_TABS} onChoose={(workflowTab) => setView({ workflowTab, panel: "open" })} />
      )}
    </aside>
  );
}

function Rail<T extends string>({
  tabs,
  onChoose,
}: {
  tabs: readonly RailTab<T>[];
  onChoose: (tab: T) => void;
}) {
  return (
    <div role="tablist" aria-orientation="vertical" aria-label={texts.panel.open} className={classes.rail}>
      {tabs.map(({ value, label, icon: Icon }) => (
        <button
          key={value}
          type="button"
          role="tab"
          aria-selected={false}
          className={classes.railTab}
          onClick={() => onChoose(value)}
        >
          <Icon size={19} stroke={1.8} aria-hidden />
          <span className={classes.railWord}>{label}</span>
        </button>
      ))}
    </div>
  );
}
