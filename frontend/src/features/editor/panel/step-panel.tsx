import { ScrollArea, Tabs } from "@mantine/core";
import type { CSSProperties, ReactNode } from "react";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import type { Step } from "@/features/editor/model/definition";
import { stepTitle } from "@/features/editor/model/definition";
import paletteClasses from "@/features/editor/palette/palette.module.css";
import classes from "@/features/editor/panel/panel.module.css";
import { PanelHead } from "@/features/editor/panel/panel-head";
import { RunBar } from "@/features/editor/panel/run-bar";
import { InputTab, LogBelow, LogTab, OutputTab } from "@/features/editor/panel/run-tabs";
import { SettingsTab } from "@/features/editor/panel/settings-tab";
import { stepTexts } from "@/features/editor/panel/texts";
import type { EditorState, PanelTab } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCatalogue, selectPanelTab, selectSetPanelTab } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const selectIsWide = (state: EditorState) => state.isPanelWide;
const TABS: readonly PanelTab[] = ["settings", "input", "output", "log"];

/** One step: its settings, and what it got, gave and said in the shown job. */
export function StepPanel({ step }: { step: Step }) {
  const catalogue = useEditor(selectCatalogue);
  const isWide = useEditor(selectIsWide);
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
      <RunBar step={step} />
      {isWide ? <Columns step={step} /> : <OneTab step={step} />}
    </>
  );
}

function OneTab({ step }: { step: Step }) {
  const tab = useEditor(selectPanelTab);
  const setTab = useEditor(selectSetPanelTab);
  return (
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
  );
}

/** With room, the data that comes in and goes out stand beside the settings. */
function Columns({ step }: { step: Step }) {
  return (
    <div className={classes.columns}>
      <Column title={stepTexts.columns.input}>
        <InputTab step={step} />
      </Column>
      <Column title={stepTexts.columns.settings}>
        <SettingsTab step={step} />
      </Column>
      <Column title={stepTexts.columns.output}>
        <OutputTab step={step} />
        <LogBelow step={step} />
      </Column>
    </div>
  );
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.column} aria-label={title}>
      <h3 className={classes.columnTitle}>{title}</h3>
      <ScrollArea className={classes.body} type="auto">
        <div className={classes.content}>{children}</div>
      </ScrollArea>
    </section>
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
