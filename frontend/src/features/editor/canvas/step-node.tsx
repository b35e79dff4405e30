import type { NodeProps } from "@xyflow/react";
import type { CSSProperties } from "react";
import { memo } from "react";
import classes from "@/features/editor/canvas/canvas.module.css";
import { CollapseButton } from "@/features/editor/canvas/collapse-button";
import type { StepData, StepNode as StepNodeType } from "@/features/editor/canvas/flow-types";
import { NodeMarks } from "@/features/editor/canvas/node-marks";
import { PortHandles } from "@/features/editor/canvas/port-handles";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import { stepTitle } from "@/features/editor/model/definition";
import { texts } from "@/features/editor/texts";

/** An ordinary step on the canvas. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<StepNodeType>) {
  const { step, type, ports } = data;
  const hasLabels = ports.some((port) => port.label !== "" && port.name !== "error");
  return (
    <div className={classes.step} {...lookOf(data, selected)} data-has-labels={hasLabels || undefined}>
      <span className={classes.icon}>
        <StepIcon name={type?.icon ?? "box"} />
      </span>
      <span className={classes.words}>
        <span className={classes.name}>{stepTitle(step)}</span>
        <span className={classes.type}>{subtitle(data)}</span>
      </span>
      {data.isCollapsed ? <CollapseButton id={id} isCollapsed /> : null}
      <NodeMarks step={step} overlay={data.overlay} problems={data.problems} />
      <PortHandles name={stepTitle(step)} ports={ports} />
    </div>
  );
});

/** A step that holds others: a frame with its body inside. */
export const FrameNode = memo(function FrameNode({ id, data, selected }: NodeProps<StepNodeType>) {
  const { step, type, ports } = data;
  return (
    <div className={classes.frame} {...lookOf(data, selected)}>
      <div className={classes.frameHeader}>
        <span className={classes.icon}>
          <StepIcon name={type?.icon ?? "box"} />
        </span>
        <span className={classes.words}>
          <span className={classes.name}>{stepTitle(step)}</span>
          <span className={classes.type}>{type?.label ?? step.type}</span>
        </span>
        <CollapseButton id={id} isCollapsed={false} />
      </div>
      <div className={classes.frameBody}>
        {data.isEmpty ? <span>{texts.canvas.emptyFrame(type?.label ?? step.type)}</span> : null}
      </div>
      <NodeMarks step={step} overlay={data.overlay} problems={data.problems} />
      <PortHandles name={stepTitle(step)} ports={ports} isFrame />
    </div>
  );
});

function subtitle({ step, type, isCollapsed, inner }: StepData): string {
  const label = type?.label ?? `${texts.canvas.unknownType}: ${step.type}`;
  return isCollapsed ? `${label}, ${texts.canvas.inner(inner)}` : label;
}

type StepStyle = CSSProperties & Record<"--step-color", string>;

function lookOf({ step, type, overlay, problems }: StepData, selected: boolean) {
  const style: StepStyle = { "--step-color": `var(--mantine-color-${type?.color ?? "gray"}-6)` };
  return {
    style,
    "data-status": overlay?.status,
    "data-selected": selected || undefined,
    "data-disabled": step.enabled === false || undefined,
    "data-invalid": problems !== "" || undefined,
  };
}
