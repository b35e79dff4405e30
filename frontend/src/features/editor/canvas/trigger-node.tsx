import { IconCalendarTime, IconForms, IconHierarchy2, IconInbox, IconWebhook } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import classes from "@/features/editor/canvas/canvas.module.css";
import type { TriggerNode as TriggerNodeType } from "@/features/editor/canvas/flow-types";

const ICONS: Record<string, typeof IconWebhook> = {
  webhook: IconWebhook,
  form: IconForms,
  workflow: IconHierarchy2,
  mailbox: IconInbox,
};

/** What starts the workflow; it is no step and cannot be moved. */
export const TriggerNode = memo(function TriggerNode({ data, selected }: NodeProps<TriggerNodeType>) {
  const Icon = ICONS[data.kind] ?? IconCalendarTime;
  return (
    <div
      className={classes.trigger}
      data-selected={selected || undefined}
      data-disabled={!data.isActive || undefined}
    >
      <Icon size={18} stroke={1.8} aria-hidden />
      <span className={classes.words}>
        <span className={classes.name}>{data.label}</span>
        <span className={classes.type}>{data.detail}</span>
      </span>
      <Handle
        type="source"
        position={Position.Right}
        isConnectable={false}
        className={classes.triggerHandle}
      />
    </div>
  );
});
