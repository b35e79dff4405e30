import { ScrollArea, Tabs } from "@mantine/core";
import type { CSSProperties } from "react";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import type { Step } from "@/features/editor/model/definition";
import { stepTitle } from "@/features/editor/model/definition";
import paletteClasses from "@/features/editor/palette/palette.module.css";
import classes from "@/features/editor/panel/panel.module.css";
import { PanelHead } from "@/features/editor/panel/panel-head";
import { InputTab, LogTab, OutputTab } from "@/features/editor/panel/run-tabs";
import { SettingsTab } from "@/features/editor/panel/settings-tab";
import type { PanelTab } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCatalogue, selectPanelTab, selectSetPanelTab } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const TABS: readonly PanelTab[] = ["settings", "input", "output", "log"];

/** One step: its settings, and what it got, gave and said in the shown job. */
export function StepPanel({ step }: { step: Step }) {
  const catalogue = useEditor(selectCatalogue);
  const tab = useEditor(selectPanelTab);
  const setTab = useEditor(selectSetPanelTab);
  const type = catalogue.get(step.type);
  const style: CSSProperties & Record<"--step-color", string> = {
    "--step-color": `var(--mantine-color-${type?.color ?? "gray"}-6)`,
  };
  return (
    <>
      <PanelHead
        icon={
          <span className={paletteClasses.icon} style={style}>
            <StepIcon name={type?.icon ?? "box"} size={17} />
          </span>
        }
        title={stepTitle(step)}
        subtitle={type?.label ?? step.type}
      />
      <Tabs
        value={tab}
        onChange={(value) => setTab(TABS.find((one) => one === value) ?? "settings")}
        classNames={{ root: classes.tabs, panel: classes.body }}
        keepMounted={false}
      >
        <Tabs.List px="xs">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {texts.panel.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <ScrollArea h="100%" type="auto">
              <div className={classes.content}>
                <TabContent tab={one} step={step} />
              </div>
            </ScrollArea>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

function TabContent({ tab, step }: { tab: PanelTab; step: Step }) {
  switch (tab) {
    case "settings":
      return <SettingsTab step={step} />;
    case "input":
      return <InputTab step={step} />;
    case "output":
      return <OutputTab step={step} />;
    case "log":
      return <LogTab step={step} />;
    default:
      return tab satisfies never;
  }
}
